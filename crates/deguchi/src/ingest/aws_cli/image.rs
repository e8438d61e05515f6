//! Machine images, as `describe-images` prints them.

use deguchi_model::{Image, ImageId};

use super::sighting::sighted;
use crate::ingest::{
    json::{Text, record},
    place::{Flaw, Place, required},
};

record! {
    /// An element of `Images`.
    ImageRecord {
        id: Text<'a> = "ImageId",
        owner: Text<'a> = "OwnerId",
        name: Text<'a> = "Name",
        description: Text<'a> = "Description",
    }
}

sighted!(Image, ImageId, Image);

/// Reads an image.
pub(super) fn read(record: &ImageRecord<'_>, at: &Place) -> Result<Image, Flaw> {
    Ok(Image {
        id: ImageId::new(required(&record.id, at, "ImageId")?),
        name: record.name.owned(),
        description: record.description.owned(),
    })
}
