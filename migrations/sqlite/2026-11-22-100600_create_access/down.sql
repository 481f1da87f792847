DROP TABLE signing_keys;
DROP TABLE one_time_links;
DROP TABLE sessions;
DROP TABLE api_token_secrets;
DROP TABLE api_tokens;
