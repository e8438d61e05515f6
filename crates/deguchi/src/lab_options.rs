//! What a lab is told beyond the network: which system each instance runs, which hosts its internet has, what is wrong in guests.

use std::collections::BTreeSet;

use deguchi_lab::{
    GuestFault, Options,
    service::{AmazonLinux, region_of},
};
use deguchi_model::{Guest, Instance, InstanceId, Masquerade, Network};

use crate::{catalogue::Catalogue, error::Error};

/// Returns the options for a lab of a network: every host of the catalogue in its regions, every instance's system.
pub fn of_network(network: &Network) -> Result<Options, Error> {
    let catalogue = Catalogue::built_in()?;
    let mut options = Options::default();
    let regions: BTreeSet<&str> = network.vpcs.values().map(region_of).collect();
    for region in regions {
        options.sites.extend(catalogue.lab_sites(region));
    }
    for instance in network.instances.values() {
        if let Some(system) = system_of(network, &catalogue, instance) {
            options.systems.insert(instance.id.clone(), system);
        }
    }
    Ok(options)
}

/// The Amazon Linux that an instance runs, as its image or its platform tells.
fn system_of(network: &Network, catalogue: &Catalogue, instance: &Instance) -> Option<AmazonLinux> {
    let image = instance.image.as_ref().and_then(|id| network.images.get(id));
    let texts = image.into_iter().flat_map(|image| [&image.name, &image.description]).flatten();
    let of_image = texts.filter_map(|text| catalogue.system_of_image(text)).next();
    let of_platform = || catalogue.system_of_platform(instance.platform.as_deref()?);
    of_image.or_else(of_platform)?.lab_release()
}

/// Makes faults inside NAT instances: in the options for the kernel, in the network for the engine.
pub fn make_guest_faults(network: &mut Network, options: &mut Options, faults: &[(InstanceId, GuestFault)]) {
    for (id, fault) in faults {
        options.guest_faults.insert(id.clone(), *fault);
        let Some(instance) = network.instances.get(id) else { continue };
        let known: BTreeSet<_> = instance.interfaces.iter().map(|own| own.interface.clone()).collect();
        let guest = match fault {
            GuestFault::ForwardingOff => Guest { forwards_ipv4: Some(false), ..Guest::default() },
            GuestFault::NoMasquerade | GuestFault::WrongInterface => {
                let devices = if *fault == GuestFault::WrongInterface { vec!["ens5".to_owned()] } else { Vec::new() };
                let masquerade = Masquerade { known, devices, ..Masquerade::default() };
                Guest { masquerade: Some(masquerade), ..Guest::default() }
            }
        };
        network.guests.insert(id.clone(), guest);
    }
}
