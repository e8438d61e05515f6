//! Instances and their interfaces; some are NAT instances, and something is wrong inside of some of those.

use deguchi_lab::GuestFault;
use serde_json::{Value, json};

use super::{Documents, Draft, Interface, Random};

/// What an interface is drawn for.
struct Wanted<'a> {
    id: String,
    instance: Option<&'a str>,
    place: usize,
    host: usize,
    forwards: bool,
    is_dead: bool,
}

impl Draft {
    pub(super) fn write_machines(&mut self, random: &mut Random, documents: &mut Documents) {
        let forwarders = random.pick(0, [0, 1, 1, 2]);
        let count = 2 + random.below(4) + forwarders;
        for number in 0..count {
            let forwards = number < forwarders;
            let instance = format!("i-{}-{number}", self.vpc);
            let state =
                if random.fault(8) { random.pick("stopped", ["terminated", "shutting-down"]) } else { "running" };
            let interfaces = if forwards { random.pick(1, [1, 2]) } else { random.pick(1, [1, 1, 1, 2]) };
            for place in 0..interfaces {
                let wanted = Wanted {
                    id: format!("eni-{}-{number}-{place}", self.vpc),
                    instance: Some(&instance),
                    place,
                    host: 10 + number * 8 + place * 4,
                    forwards,
                    is_dead: state != "running",
                };
                self.write_interface(random, &wanted, documents);
            }
            documents.add(
                "Reservations",
                json!({ "OwnerId": "111122223333", "Instances": [
                    { "InstanceId": instance, "VpcId": self.id(), "State": { "Name": state } }] }),
            );
            if forwards && random.fault(20) {
                let fault =
                    random.pick(GuestFault::ForwardingOff, [GuestFault::NoMasquerade, GuestFault::WrongInterface]);
                documents.guest_faults.insert(instance, fault);
            }
        }
        if random.chance(15) {
            let spare = format!("eni-{}-spare", self.vpc);
            let wanted = Wanted { id: spare, instance: None, place: 0, host: 120, forwards: false, is_dead: true };
            self.write_interface(random, &wanted, documents);
        }
    }

    fn write_interface(&mut self, random: &mut Random, wanted: &Wanted<'_>, documents: &mut Documents) {
        let subnet = if wanted.forwards { self.public_subnet(random) } else { random.below(self.subnets) };
        let mut addresses: Vec<Value> = Vec::new();
        for more in 0..random.pick(1, [1, 1, 1, 2]) {
            let mut address =
                json!({ "PrivateIpAddress": self.address(subnet, wanted.host + more), "Primary": more == 0 });
            let is_public = if wanted.forwards { !random.fault(20) } else { random.chance(40) };
            if let (true, Some(own)) = (is_public, address.as_object_mut()) {
                let public = format!("203.0.113.{}", self.vpc * 64 + wanted.host + more - 9);
                own.insert("Association".to_owned(), json!({ "PublicIp": public }));
            }
            addresses.push(address);
        }
        let ipv6: Vec<Value> = self
            .ipv6_address(subnet, wanted.host)
            .filter(|_| random.chance(70))
            .into_iter()
            .map(|address| json!({ "Ipv6Address": address }))
            .collect();
        let mut groups = vec![random.below(self.groups)];
        if random.chance(25) {
            groups.push(random.below(self.groups));
            groups.dedup();
        }
        let groups: Vec<Value> =
            groups.into_iter().map(|group| json!({ "GroupId": format!("sg-{}-{group}", self.vpc) })).collect();
        let is_checked = if wanted.forwards { random.fault(12) } else { !random.fault(7) };
        let prefixes = random.chance(6).then(|| json!([{ "Ipv4Prefix": format!("{}.{}/28", self.subnet_prefix(subnet), 128 + 16 * (wanted.host / 4 % 4)) }]));
        let is_taken = self.interfaces.iter().any(|own| own.id == wanted.id);
        let mut interface = json!({
            "NetworkInterfaceId": wanted.id, "InterfaceType": "interface", "VpcId": self.id(),
            "SubnetId": self.subnet_id(subnet), "PrivateIpAddresses": addresses, "Ipv6Addresses": ipv6,
            "Groups": groups, "SourceDestCheck": is_checked, "OwnerId": "111122223333",
            "Status": if wanted.instance.is_some() { "in-use" } else { "available" },
        });
        if let Some(own) = interface.as_object_mut() {
            if let Some(instance) = wanted.instance {
                let attachment = json!({ "InstanceId": instance, "DeviceIndex": wanted.place, "Status": "attached" });
                own.insert("Attachment".to_owned(), attachment);
            }
            // One interface of a network at most: prefixes of two must not meet.
            if let (Some(prefixes), 10, false) = (prefixes, wanted.host, is_taken) {
                own.insert("Ipv4Prefixes".to_owned(), prefixes);
            }
        }
        documents.add("NetworkInterfaces", interface);
        self.interfaces.push(Interface {
            id: wanted.id.clone(),
            instance: wanted.instance.map(str::to_owned),
            forwards: wanted.forwards,
            is_dead: wanted.is_dead,
        });
    }
}
