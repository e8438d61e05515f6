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
