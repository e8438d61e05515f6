#!/bin/bash
# Runs once, at the first boot, as root. All that it makes comes back at every boot.
set -euo pipefail

# Linux forwards packets that are not its own only when told to.
cat > /etc/sysctl.d/90-nat.conf << 'END'
net.ipv4.ip_forward = 1
END
sysctl --load /etc/sysctl.d/90-nat.conf

# The Elastic IP may come a little after the first boot: tried until it is there.
until dnf --assumeyes install nftables; do
  sleep 5
done

# What leaves the VPC gets the address of the interface by which it leaves. No interface is named: names differ by type.
cat > /etc/nftables/nat.nft << 'END'
table ip nat {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr 10.0.0.0/16 ip daddr != 10.0.0.0/16 masquerade
  }
}
END
echo 'include "/etc/nftables/nat.nft"' >> /etc/sysconfig/nftables.conf
systemctl enable --now nftables.service

# Replies to the VPC leave by the inside interface, at every boot: on the outside one the source/destination check drops them.
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
  ip -4 route show exact 10.0.128.0/19 | sed -n 's/.* dev \([^ ]*\) .*/\1/p' | head -n 1
}
until [ -n "$(inside)" ]; do
  sleep 2
done
ip -4 route replace 10.0.0.0/16 via 10.0.128.1 dev "$(inside)"
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
