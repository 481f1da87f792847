//! The table of all keys: what `remit serve --help` and the reference page are made from.

/// How a value is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// A text.
    Text,
    /// A whole number.
    Number,
    /// A list of texts; in the environment separated by commas.
    List,
}

/// One key of the configuration.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// The key in `remit.toml`.
    pub name: &'static str,
    /// The variable in the environment.
    pub env: &'static str,
    /// The default, as one would write it.
    pub default: &'static str,
    /// What it is for.
    pub what: &'static str,
    /// How its value is written.
    pub form: Form,
    /// Whether the value may hold a secret, so that no message repeats it.
    pub secret: bool,
}

const fn key(name: &'static str, env: &'static str, form: Form, default: &'static str, what: &'static str) -> Key {
    Key { name, env, default, what, form, secret: false }
}

/// Every key, in the order in which a reader needs them.
pub const KEYS: &[Key] = &[
    Key {
        secret: true,
        ..key(
            "database_url",
            "REMIT_DATABASE_URL",
            Form::Text,
            "sqlite://remit.db",
            "where the data live: sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME",
        )
    },
    key("listen", "REMIT_LISTEN", Form::Text, "127.0.0.1:8080", "address and port to listen on"),
    key(
        "public_url",
        "REMIT_PUBLIC_URL",
        Form::Text,
        "http://<listen>",
        "where clients reach the service; the issuer of its tokens and the base of its links",
    ),
    key(
        "time_zone",
        "REMIT_TIME_ZONE",
        Form::Text,
        "UTC",
        "the organisation's time zone (IANA name) when the database is empty; later it is a setting",
    ),
    key("log_format", "REMIT_LOG_FORMAT", Form::Text, "text", "log lines as text or json"),
    key("read_connections", "REMIT_READ_CONNECTIONS", Form::Number, "8", "connections for reading"),
    key("workers", "REMIT_WORKERS", Form::Number, "number of cores", "threads that serve requests"),
    key(
        "write_deadline",
        "REMIT_WRITE_DEADLINE",
        Form::Number,
        "10",
        "seconds that a change waits for its turn before it is refused with 503",
    ),
    key("body_limit", "REMIT_BODY_LIMIT", Form::Number, "4194304", "largest request body in bytes (4 MiB)"),
    key("import_limit", "REMIT_IMPORT_LIMIT", Form::Number, "268435456", "largest import file in bytes (256 MiB)"),
    key("json_depth", "REMIT_JSON_DEPTH", Form::Number, "32", "deepest nesting of a JSON body"),
    key(
        "rate_limit",
        "REMIT_RATE_LIMIT",
        Form::Number,
        "60000",
        "requests per minute of one account on this node; 0 for no limit",
    ),
    key(
        "rate_limit_address",
        "REMIT_RATE_LIMIT_ADDRESS",
        Form::Number,
        "600",
        "requests per minute of one address that shows no valid token, on this node; 0 for no limit",
    ),
    key(
        "trusted_proxies",
        "REMIT_TRUSTED_PROXIES",
        Form::List,
        "none",
        "networks of proxies whose X-Forwarded-For is believed, such as 10.0.0.0/8",
    ),
    key("batch_limit", "REMIT_BATCH_LIMIT", Form::Number, "10000", "most decisions of one batch"),
    key("search_limit", "REMIT_SEARCH_LIMIT", Form::Number, "1000", "most results of a page of a search, up to 1000"),
    key(
        "search_memory",
        "REMIT_SEARCH_MEMORY",
        Form::Number,
        "67108864",
        "bytes in which searches are kept for their next pages (64 MiB)",
    ),
    key("page_limit", "REMIT_PAGE_LIMIT", Form::Number, "200", "most items of a page, up to 200"),
    key("exports_at_once", "REMIT_EXPORTS_AT_ONCE", Form::Number, "2", "how many exports are sent at the same time"),
    key(
        "shutdown_timeout",
        "REMIT_SHUTDOWN_TIMEOUT",
        Form::Number,
        "30",
        "seconds that a stopping process gives requests under way",
    ),
    key("access_token_minutes", "REMIT_ACCESS_TOKEN_MINUTES", Form::Number, "10", "life of an access token in minutes"),
    key(
        "refresh_token_days",
        "REMIT_REFRESH_TOKEN_DAYS",
        Form::Number,
        "30",
        "life of a refresh token in days; each refresh begins it anew",
    ),
    key("token_audience", "REMIT_TOKEN_AUDIENCE", Form::Text, "remit", "the audience (aud) of access tokens"),
    key(
        "signing_key_file",
        "REMIT_SIGNING_KEY_FILE",
        Form::Text,
        "none",
        "PEM file (PKCS#8, Ed25519) of the key that signs access tokens; \
         without one a key is made at first start and kept in the database",
    ),
    key(
        "hashing_at_once",
        "REMIT_HASHING_AT_ONCE",
        Form::Number,
        "2",
        "how many passwords are hashed at the same time",
    ),
    key(
        "hashing_deadline",
        "REMIT_HASHING_DEADLINE",
        Form::Number,
        "5",
        "seconds that a log-in waits for its turn to hash before it is refused with 503",
    ),
    key("argon2_memory_kib", "REMIT_ARGON2_MEMORY_KIB", Form::Number, "19456", "memory of one password hash in KiB"),
    key("argon2_iterations", "REMIT_ARGON2_ITERATIONS", Form::Number, "2", "passes of one password hash"),
    key("argon2_parallelism", "REMIT_ARGON2_PARALLELISM", Form::Number, "1", "lanes of one password hash"),
    Key {
        secret: true,
        ..key(
            "smtp_url",
            "REMIT_SMTP_URL",
            Form::Text,
            "none",
            "the SMTP server for e-mail: smtps://USER:PASSWORD@HOST:PORT, or smtp:// for STARTTLS; \
             without one links are shown instead of mailed",
        )
    },
    key("mail_from", "REMIT_MAIL_FROM", Form::Text, "none", "the sender of e-mail, such as Remit <remit@example.org>"),
    key(
        "oidc_issuer",
        "REMIT_OIDC_ISSUER",
        Form::Text,
        "none",
        "the identity provider (OpenID Connect) whose tokens are accepted: its issuer, an https:// address",
    ),
    key("oidc_audience", "REMIT_OIDC_AUDIENCE", Form::Text, "none", "the audience (aud) that its tokens must name"),
    key(
        "oidc_algorithms",
        "REMIT_OIDC_ALGORITHMS",
        Form::List,
        "RS256, ES256",
        "the algorithms that its tokens may be signed with",
    ),
    key(
        "oidc_claim",
        "REMIT_OIDC_CLAIM",
        Form::Text,
        "preferred_username",
        "the claim by which an account is found the first time",
    ),
    key(
        "oidc_match",
        "REMIT_OIDC_MATCH",
        Form::Text,
        "login",
        "what of the account the claim is compared with: login or external_id",
    ),
    key(
        "cors_origins",
        "REMIT_CORS_ORIGINS",
        Form::List,
        "none",
        "origins whose pages may call the service, such as https://app.example.org",
    ),
];
