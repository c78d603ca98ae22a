"""What is kept of a URI or of a query's text holds no password, no token and no signature."""

import pytest

from celltrail.capture.uris import public_text, public_uri, public_value

HUSH = "s3cr3t"


@pytest.mark.parametrize(
    ("uri", "kept"),
    [
        (f"postgresql+psycopg://ann:{HUSH}@db:5432/shop", "postgresql+psycopg://ann@db:5432/shop"),
        (f"postgresql://ann:a/{HUSH}@db/shop", "postgresql://ann@db/shop"),
        (f"postgresql://ann@/shop?host=/tmp&password={HUSH}", "postgresql://ann@/shop?host=/tmp&password=***"),
        (f"https://{HUSH}@host:8080/a@b.csv?part=1#top", "https://host:8080/a@b.csv?part=1"),
        (f"https://h/x?a=%20b&X-Amz-Signature={HUSH}", "https://h/x?a=%20b&X-Amz-Signature=***"),
        (f"https://h/x?sv=1&sig={HUSH}&token={HUSH}", "https://h/x?sv=1&sig=***&token=***"),
        ("http://host:8080/a@b.csv", "http://host:8080/a@b.csv"),
        ("sqlite:////tmp/x.db", "sqlite:////tmp/x.db"),
        ("duckdb:///:memory:", "duckdb:///:memory:"),
        ("s3://bucket/a key/ü#1.parquet", "s3://bucket/a key/ü#1.parquet"),
        ("data/x.duckdb", "data/x.duckdb"),
        (f"host=db password={HUSH} dbname=x", "host=db password=*** dbname=x"),
    ],
)
def test_a_uri_is_kept_without_what_opens_the_door(uri, kept):
    assert public_uri(uri) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"ATTACH 'postgres://u:{HUSH}@h/db' AS p", "ATTACH 'postgres://u:***@h/db' AS p"),
        (f"ATTACH 'host=h password={HUSH}'", "ATTACH 'host=h password=***'"),
        (f"CREATE HUSH (TYPE s3, SECRET '{HUSH}')", "CREATE HUSH (TYPE s3, SECRET '***')"),
        (f"FROM read_csv('https://h/x?X-Amz-Signature={HUSH}')", "FROM read_csv('https://h/x?X-Amz-Signature=***')"),
        (f"SET s3_secret_access_key='{HUSH}'", "SET s3_secret_access_key='***'"),
        (f"CREATE USER a WITH PASSWORD '{HUSH}'", "CREATE USER a WITH PASSWORD '***'"),
        ("SELECT token, count(*) FROM secrets WHERE a = 1", "SELECT token, count(*) FROM secrets WHERE a = 1"),
        ("SELECT a::int FROM t WHERE h = 'http://host:80/a@b'", "SELECT a::int FROM t WHERE h = 'http://host:80/a@b'"),
    ],
)
def test_a_query_is_kept_without_passwords(text, kept):
    assert public_text(text) == kept


@pytest.mark.parametrize(
    "name", ["token", "HF_TOKEN", "api_key", "apikey", "DB_PASSWORD", "aws_secret_access_key", "pwd"]
)
def test_the_text_of_a_variable_with_the_name_of_a_secret_is_not_kept(name):
    assert public_value(name, HUSH) == "***"


@pytest.mark.parametrize("name", ["tokenizer", "pad_token", "EOS_TOKEN", "key", "author", "passes", "sort_key"])
def test_the_text_of_another_variable_is_kept(name):
    assert public_value(name, "plain") == "plain"
    assert public_value(name, f"postgres://ann:{HUSH}@h/db") == "postgres://ann:***@h/db"
