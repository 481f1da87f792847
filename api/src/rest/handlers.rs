//! The macros that make a resource: the plain form of its items, and the handlers that every resource has. What
//! these do is in [`crate::rest::crud`].

/// Gives a struct the fields that every item carries, and makes all its fields present.
#[macro_export]
macro_rules! view {
    ($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident: $type:ty,)* }) => {
        #[derive(serde::Serialize, utoipa::ToSchema)]
        $(#[$doc])*
        pub struct $name {
            /// The item's id.
            #[schema(required = true)]
            pub id: uuid::Uuid,
            /// The caller's id for it.
            #[schema(required = true, max_length = 100)]
            pub external_id: Option<String>,
            $($(#[$fdoc])* #[schema(required = true)] pub $field: $type,)*
            /// When it came into being (UTC).
            #[schema(required = true)]
            pub created_at: chrono::DateTime<chrono::Utc>,
            /// When it last changed (UTC).
            #[schema(required = true)]
            pub updated_at: chrono::DateTime<chrono::Utc>,
            /// The revision of its last change; also its entity tag.
            #[schema(required = true, minimum = 1)]
            pub revision: i64,
        }
    };
}

/// The handlers that every resource has: list, get, create, update, upsert, remove.
#[macro_export]
macro_rules! resource_handlers {
    (
        $entity:ty, $input:ident, $view:ident, $tag:literal, $path:literal,
        list: $list:literal $list_id:literal, $($items:tt)*
    ) => {
        #[doc = $list]
        #[utoipa::path(get, path = concat!("/api/v1/", $path), tag = $tag, operation_id = $list_id,
            responses((status = 200, description = "A page", body = $crate::http::page::Page<$view>)))]
        pub async fn list(app: actix_web::web::Data<$crate::app::App>, caller: $crate::app::Caller, request: actix_web::HttpRequest) -> $crate::rest::crud::Answer {
            $crate::rest::crud::list::<$entity>(app, caller, request).await
        }

        $crate::item_handlers! { $entity, $input, $view, $tag, $path, $($items)* }
    };
}

/// The same but the list, for a resource whose list can be asked for more than others; without `remove`, but the
/// removal as well.
#[macro_export]
macro_rules! item_handlers {
    (
        $entity:ty, $input:ident, $view:ident, $tag:literal, $path:literal,
        get: $get:literal $get_id:literal,
        create: $create:literal $create_id:literal, update: $update:literal $update_id:literal,
        upsert: $upsert:literal $upsert_id:literal, remove: $remove:literal $remove_id:literal via $removal:expr $(,)?
    ) => {
        $crate::item_handlers! {
            $entity, $input, $view, $tag, $path, get: $get $get_id, create: $create $create_id,
            update: $update $update_id, upsert: $upsert $upsert_id,
        }

        #[doc = $remove]
        #[utoipa::path(delete, path = concat!("/api/v1/", $path, "/{id}"), tag = $tag, operation_id = $remove_id,
            params(("id" = uuid::Uuid, Path, description = "The item's id")),
            responses((status = 204, description = "Removed")))]
        pub async fn remove(
            app: actix_web::web::Data<$crate::app::App>, caller: $crate::app::Caller, id: $crate::app::Id,
            _plan: $crate::http::planning::MayPlan, expected: $crate::http::etag::IfMatch,
        ) -> $crate::rest::crud::Answer {
            $crate::rest::crud::take_away(app, caller, move |work| {
                let found = work.tx.get::<$entity>(id.0)?;
                $crate::rest::crud::seen(work.app, work.authority, found)?;
                let removal: fn(&mut $crate::commands::Work<'_, '_>, uuid::Uuid, &$crate::http::etag::Expected) -> Result<(), $crate::commands::Refusal> = $removal;
                removal(work, id.0, &expected.0)
            })
            .await
        }
    };
    (
        $entity:ty, $input:ident, $view:ident, $tag:literal, $path:literal,
        get: $get:literal $get_id:literal,
        create: $create:literal $create_id:literal, update: $update:literal $update_id:literal,
        upsert: $upsert:literal $upsert_id:literal $(,)?
    ) => {
        #[doc = $get]
        #[utoipa::path(get, path = concat!("/api/v1/", $path, "/{id}"), tag = $tag, operation_id = $get_id,
            params(("id" = uuid::Uuid, Path, description = "The item's id")),
            responses((status = 200, description = "The item", body = $view), (status = 304, description = "Not changed")))]
        pub async fn get(
            app: actix_web::web::Data<$crate::app::App>, caller: $crate::app::Caller, request: actix_web::HttpRequest,
            id: $crate::app::Id, known: $crate::http::etag::IfNoneMatch,
        ) -> $crate::rest::crud::Answer {
            $crate::rest::crud::get::<$entity>(app, caller, request, id.0, known).await
        }

        #[doc = $create]
        #[utoipa::path(post, path = concat!("/api/v1/", $path), tag = $tag, operation_id = $create_id,
            request_body = $input,
            responses((status = 201, description = "Created", body = $view)))]
        pub async fn create(
            app: actix_web::web::Data<$crate::app::App>, caller: $crate::app::Caller, _plan: $crate::http::planning::MayPlan,
            body: $crate::http::body::Fields<$input>,
        ) -> $crate::rest::crud::Answer {
            $crate::rest::crud::create::<$entity>(app, caller, body.0).await
        }

        #[doc = $update]
        #[utoipa::path(patch, path = concat!("/api/v1/", $path, "/{id}"), tag = $tag, operation_id = $update_id,
            params(("id" = uuid::Uuid, Path, description = "The item's id")),
            request_body(content = $input, content_type = "application/merge-patch+json"),
            responses((status = 200, description = "Changed", body = $view)))]
        pub async fn update(
            app: actix_web::web::Data<$crate::app::App>, caller: $crate::app::Caller, id: $crate::app::Id,
            _plan: $crate::http::planning::MayPlan, expected: $crate::http::etag::IfMatch,
            body: $crate::http::body::Patch<$input>,
        ) -> $crate::rest::crud::Answer {
            $crate::rest::crud::update::<$entity>(app, caller, id.0, expected.0, body.0).await
        }

        #[doc = $upsert]
        #[utoipa::path(put, path = concat!("/api/v1/", $path, "/by-external-id/{external_id}"), tag = $tag, operation_id = $upsert_id,
            params(("external_id" = String, Path, description = "Your own id for the item")),
            request_body = $input,
            responses((status = 200, description = "Updated", body = $view), (status = 201, description = "Created", body = $view)))]
        pub async fn upsert(
            app: actix_web::web::Data<$crate::app::App>, caller: $crate::app::Caller, external_id: $crate::app::ExternalId,
            _plan: $crate::http::planning::MayPlan, body: $crate::http::body::Upsert<$input>,
        ) -> $crate::rest::crud::Answer {
            $crate::rest::crud::upsert::<$entity>(app, caller, external_id.0, body.0).await
        }
    };
}
