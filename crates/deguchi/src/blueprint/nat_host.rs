//! The user data of a NAT instance: what Amazon Linux 2023 runs once, at its first boot, as root.
//!
//! Everything that it makes is on the disk and comes back at each boot.

use std::fmt::Write as _;

use super::{Blueprint, Nat};
use crate::{
    language::Language,
    words::lesson::{Lesson, lines},
};

/// The script's file.
pub(super) const FILE: &str = "nat-user-data.sh";

const FORWARDING: &str = "\
cat > /etc/sysctl.d/90-nat.conf << 'END'
net.ipv4.ip_forward = 1
END
sysctl --load /etc/sysctl.d/90-nat.conf
";

const INSTALL: &str = "\
until dnf --assumeyes install nftables; do
  sleep 5
done
";

/// Without an interface's name: those differ by instance type. What stays in the VPC keeps its source.
const MASQUERADE: &str = "\
cat > /etc/nftables/nat.nft << 'END'
table ip nat {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr VPC_RANGE ip daddr != VPC_RANGE masquerade
  }
}
END
echo 'include \"/etc/nftables/nat.nft\"' >> /etc/sysconfig/nftables.conf
systemctl enable --now nftables.service
";

/// The inside interface is the one with a route to its own subnet. `networkd` would take away a route that it did not make.
const INSIDE_ROUTE: &str = "\
mkdir -p /etc/systemd/networkd.conf.d
cat > /etc/systemd/networkd.conf.d/90-nat.conf << 'END'
[Network]
ManageForeignRoutes=no
END
systemctl restart systemd-networkd.service

cat > /usr/local/sbin/nat-inside-route << 'END'
#!/bin/bash
set -euo pipefail
inside() {
  ip -4 route show exact INSIDE_RANGE | sed -n 's/.* dev \\([^ ]*\\) .*/\\1/p' | head -n 1
}
until [ -n \"$(inside)\" ]; do
  sleep 2
done
ip -4 route replace VPC_RANGE via INSIDE_ROUTER dev \"$(inside)\"
END
chmod 755 /usr/local/sbin/nat-inside-route

cat > /etc/systemd/system/nat-inside-route.service << 'END'
[Unit]
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/sbin/nat-inside-route

[Install]
WantedBy=multi-user.target
END
systemctl enable --now nat-inside-route.service
";

/// Returns the script, comments in a language.
pub(super) fn script(blueprint: &Blueprint, language: Language) -> String {
    let mut parts = vec![
        (Lesson::ScriptForwarding, FORWARDING),
        (Lesson::ScriptInstall, INSTALL),
        (Lesson::ScriptMasquerade, MASQUERADE),
    ];
    if blueprint.nat == Nat::InstanceTwoInterfaces {
        parts.push((Lesson::ScriptInsideRoute, INSIDE_ROUTE));
    }
    let mut text = "#!/bin/bash\n".to_owned();
    comment(&mut text, Lesson::Script, language);
    text.push_str("set -euo pipefail\n");
    for (lesson, commands) in parts {
        text.push('\n');
        comment(&mut text, lesson, language);
        text.push_str(commands);
    }
    let inside = blueprint.ranges.zones.first().map_or(blueprint.ranges.vpc, |zone| zone.private);
    // The first address behind a subnet's own is its router.
    let router = inside.hosts().next().unwrap_or_else(|| inside.network());
    text.replace("VPC_RANGE", &blueprint.ranges.vpc.to_string())
        .replace("INSIDE_RANGE", &inside.to_string())
        .replace("INSIDE_ROUTER", &router.to_string())
}

fn comment(text: &mut String, lesson: Lesson, language: Language) {
    for line in lines(lesson, language) {
        // Writing to a string does not fail.
        let _ = writeln!(text, "# {line}");
    }
}
