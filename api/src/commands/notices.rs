//! Notices: what a reader of an area has to say about an object there, sent to the area's owner.

use domain::area::{Area, Notice};
use domain::grant::Object;
use domain::id::{AreaId, NoticeId, ObjectId};
use domain::notification::types;
use domain::rule::{Violation, code, verdict};
use persistence::Stored;
use uuid::Uuid;

use crate::commands::notifications::{Cause, Details, raise_all};
use crate::commands::{Refusal, Work};
use crate::rights::{Authority, ObjectAdminister};

/// The area in which an object lies, for whoever may send notices there.
///
/// # Errors
/// There is no such object for the authority, it lies in no area, or the right is missing.
fn may_send(work: &mut Work<'_, '_>, id: ObjectId) -> Result<AreaId, Refusal> {
    let object = work.get::<Object>(id.0)?.value;
    let reads = may_read(work.authority, id);
    match object.area_id {
        Some(area) if work.authority.may_area(area, "notice") => Ok(area),
        Some(area) if reads || may_see_all(work.authority, area) => Err(Refusal::forbidden("areas", "notice")),
        None if reads => {
            Err(Violation::new(code::OBJECT_WITHOUT_AREA, "the object lies in no area, so nobody gets the notice")
                .into())
        }
        _ => Err(Refusal::NotFound),
    }
}

/// Whether the authority may read an object, or its entry in the registry.
pub fn may_read(authority: &Authority, object: ObjectId) -> bool {
    authority.may_object(object, "read") || authority.allow::<ObjectAdminister>().is_ok()
}

/// Sends a notice on an object to the owner of its area.
///
/// # Errors
/// There is no such object for the authority, it lies in no area, the right is missing, or the text is not good.
pub fn send(work: &mut Work<'_, '_>, id: ObjectId, text: String) -> Result<Notice, Refusal> {
    let area_id = may_send(work, id)?;
    let area = work.get::<Area>(area_id.0)?.value;
    let author_id = work.authority.author_id().ok_or_else(|| Refusal::forbidden("areas", "notice"))?;
    let notice =
        Notice { id: NoticeId(Uuid::now_v7()), object_id: id, area_id, author_id, recipient_id: area.owner_id, text };
    verdict(notice.check())?;
    work.tx.create(notice.clone())?;
    let details = Details { text: Some(notice.text.clone()), object_id: Some(id.0), ..Details::default() };
    let cause = Cause::once(&types::NOTICE_SENT, area_id.0, details, notice.id.to_string());
    raise_all(work, vec![cause.also_to(notice.recipient_id)])?;
    Ok(notice)
}

/// Whether the authority sees every notice in an area: its owner and its processors.
pub fn may_see_all(authority: &Authority, area: AreaId) -> bool {
    authority.owns_area(area) || authority.may_area(area, "work")
}

/// Whether the authority sees a notice: its author, who got it, and who sees all in the area where it was sent.
pub fn may_see(authority: &Authority, notice: &Stored<Notice>) -> bool {
    let notice = &notice.value;
    let own = authority.user_id().is_some_and(|user| user == notice.author_id || user == notice.recipient_id);
    own || may_see_all(authority, notice.area_id)
}
