//! What `yum` stands for: the package repositories of the instance's operating system (RP-1 to RP-4).

use deguchi_engine::RequestCaller;
use deguchi_model::PortRange;

use super::{
    Context, Goal, Remark,
    destination::{any_public, by_private_name, of_service},
    form::{Target, parse},
    operating_system::{Running, of_machine},
    service::{Service, object_request, region_of},
    source::Start,
};
use crate::{
    catalogue::{OperatingSystem, PackageManager, Repository},
    error::{Error, ErrorKind},
};

/// Returns every repository that the instance may use.
pub(super) fn resolve(
    context: &Context<'_>,
    asked: &str,
    ports: Option<PortRange>,
    remarks: &mut Vec<Remark>,
) -> Result<Vec<Goal>, Error> {
    let Start::Machine(machine) = context.start else { return Err(Error::new(ErrorKind::BothEndsOutside)) };
    let running = of_machine(context, machine, remarks)?;
    let systems: Vec<&OperatingSystem> = match running.system {
        Some(system) => vec![system],
        None => context.catalogue.operating_systems.iter().filter(|system| may_use(system, asked)).collect(),
    };
    let region = region_of(context.network, context.start.vpc());
    if region.is_none() {
        remarks.push(Remark::RegionUnknown);
    }
    let mut goals = Vec::new();
    for system in systems {
        let applying = repositories_of(system, &running);
        if applying.len() > 1 && running.system.is_some() {
            remarks.push(Remark::RepositoryDependsOnUpdates { operating_system: system.name.clone() });
        }
        for repository in applying {
            goals.push(goal(context, (system, repository), region.as_deref(), ports, remarks)?);
        }
    }
    // Several repositories lack the same ranges: once is enough to say so.
    let mut said: Vec<Remark> = Vec::new();
    remarks.retain(|remark| {
        let is_new = !said.contains(remark);
        said.push(remark.clone());
        is_new
    });
    Ok(goals)
}

/// Whether a system of unknown kind that is asked about with `yum`, `dnf` or `apt` may be this one.
fn may_use(system: &OperatingSystem, asked: &str) -> bool {
    let is_deb = asked.trim().eq_ignore_ascii_case("apt");
    is_deb == (system.package_manager == PackageManager::Deb)
}

/// The repositories of a system that an image of this date may use: an old image may have been updated since.
fn repositories_of<'c>(system: &'c OperatingSystem, running: &Running<'_>) -> Vec<&'c Repository> {
    let applies = |repository: &&Repository| match (repository.images_before, running.image_date) {
        (Some(end), Some(date)) => date < end,
        (Some(_), None) | (None, _) => true,
    };
    system.repositories.iter().filter(applies).collect()
}

fn goal(
    context: &Context<'_>,
    (system, repository): (&OperatingSystem, &Repository),
    region: Option<&str>,
    ports: Option<PortRange>,
    remarks: &mut Vec<Remark>,
) -> Result<Goal, Error> {
    let place = |text: &String| text.replace("REGION", region.unwrap_or("REGION"));
    let urls: Vec<String> = repository.urls.iter().map(place).collect();
    let first = urls.first().cloned().unwrap_or_default();
    let form = parse(&first, &|_| false)?;
    let Target::Host { host, .. } = &form.target else {
        return Err(Error::new(ErrorKind::Catalogue(format!("{first} has no host"))));
    };
    let hosts = urls.iter().filter_map(|url| host_of(url)).collect();
    let mut destination = match repository.service.as_deref() {
        Some("s3") => of_service(context, host, (Service::S3, region), remarks),
        _ => by_private_name(context, host)?.unwrap_or_else(|| any_public(context)),
    };
    if repository.service.is_some() {
        let buckets: Vec<String> = repository.buckets.iter().map(place).collect();
        destination.request = Some(object_request(region, &buckets, None, RequestCaller::Anonymous));
    } else {
        remarks.push(Remark::NameNotLookedUp { host: host.clone() });
    }
    let ports = ports.or(form.ports).unwrap_or(PortRange::single(443));
    Ok(Goal { name: Some(format!("{}: {}", system.name, urls.join(", "))), destination, ports, hosts })
}

/// The host in a URL of the catalogue.
fn host_of(url: &str) -> Option<String> {
    match parse(url, &|_| false).ok()?.target {
        Target::Host { host, .. } => Some(host),
        _ => None,
    }
}
