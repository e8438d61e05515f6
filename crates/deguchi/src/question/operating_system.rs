//! Which operating system an instance runs, as far as the snapshot or the person who asks says.

use deguchi_model::Image;

use super::{Context, Machine, Remark};
use crate::{
    catalogue::OperatingSystem,
    error::{Error, ErrorKind},
};

/// The operating system of an instance.
pub(super) struct Running<'c> {
    /// The system; `None` where it is not known.
    pub(super) system: Option<&'c OperatingSystem>,
    /// The date of its image (year, month, day as one number), where its name says.
    pub(super) image_date: Option<u32>,
}

/// Finds an instance's operating system: what `--os` says, else its image, else its platform.
pub(super) fn of_machine<'c>(
    context: &Context<'c>,
    machine: &Machine<'_>,
    remarks: &mut Vec<Remark>,
) -> Result<Running<'c>, Error> {
    let image_id = machine.instance.and_then(|instance| instance.image.as_ref());
    let image = image_id.and_then(|id| context.network.images.get(id));
    let image_date = image.and_then(date_of);
    if let Some(asked) = &context.options.os {
        let Some(system) = context.catalogue.system_asked_as(asked) else {
            let known = context.catalogue.operating_systems.iter().map(|system| system.id.clone()).collect();
            return Err(Error::new(ErrorKind::UnknownOperatingSystem { asked: asked.clone(), known }));
        };
        remarks.push(Remark::OperatingSystemAsked { operating_system: system.name.clone() });
        return Ok(Running { system: Some(system), image_date });
    }
    let platform = machine.instance.and_then(|instance| instance.platform.as_deref());
    if let (Some(instance), Some(platform)) = (machine.instance, platform)
        && context.catalogue.lacks_platform(platform)
    {
        let (instance, platform) = (instance.id.to_string(), platform.to_owned());
        return Err(Error::new(ErrorKind::NoRepositories { instance, platform }));
    }
    let texts = image.into_iter().flat_map(|image| [image.name.as_deref(), image.description.as_deref()]).flatten();
    let told = texts.filter_map(|text| Some((text, context.catalogue.system_of_image(text)?))).next();
    if let (Some(image), Some((text, system))) = (image, told) {
        remarks.push(Remark::OperatingSystemFromImage {
            image: image.id.clone(),
            text: text.to_owned(),
            operating_system: system.name.clone(),
        });
        return Ok(Running { system: Some(system), image_date });
    }
    let of_platform = platform.and_then(|platform| Some((platform, context.catalogue.system_of_platform(platform)?)));
    if let Some((platform, system)) = of_platform {
        remarks.push(Remark::OperatingSystemFromPlatform {
            platform: platform.to_owned(),
            operating_system: system.name.clone(),
        });
        return Ok(Running { system: Some(system), image_date });
    }
    remarks.push(Remark::OperatingSystemUnknown { image: image_id.cloned() });
    Ok(Running { system: None, image_date })
}

/// Reads the first number of eight digits in an image's name or description that looks like a date.
fn date_of(image: &Image) -> Option<u32> {
    let texts = [image.name.as_deref(), image.description.as_deref()];
    texts.into_iter().flatten().find_map(|text| {
        let numbers = text.split(|letter: char| !letter.is_ascii_digit());
        numbers
            .filter(|number| number.len() == 8)
            .filter_map(|number| number.parse().ok())
            .find(|date| (20_000_101..=20_991_231).contains(date))
    })
}
