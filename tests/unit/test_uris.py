"""What is kept of a URI or of a query's text holds no password, no token and no signature."""

import pytest

from celltrail.capture.estimators.hyperparameters import value_param
from celltrail.capture.params import papermill_params, to_param
from celltrail.capture.uris import public_repr, public_text, public_uri, public_value
from celltrail.records import Origin, ParamKind

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


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"{{'password': '{HUSH}', 'user': 'ann'}}", "{'password': '***', 'user': 'ann'}"),
        (f"Client(api_key='{HUSH}', timeout=3)", "Client(api_key='***', timeout=3)"),
        (f'{{"token": "{HUSH} it\'s"}}', "{\"token\": '***'}"),
        (f"{{'db_password': 'a\\'{HUSH}'}}", "{'db_password': '***'}"),
        (r"CountVectorizer(token_pattern='(?u)\b')", r"CountVectorizer(token_pattern='(?u)\b')"),
        (f"['postgres://ann:{HUSH}@h/db']", "['postgres://ann:***@h/db']"),
    ],
)
def test_what_a_text_names_as_a_secret_is_not_kept(text, kept):
    assert public_repr("client", text) == kept
    assert public_repr("api_key", text) == "***"


def test_secrets_among_papermills_parameters_and_those_of_models_are_not_kept():
    text = f'{{"api_key": "{HUSH}", "db": {{"password": "{HUSH}"}}, "alpha": 0.5, "password": 1234, "token": null}}'
    given = papermill_params(text)
    assert {param.key: param.value for param in given} == {
        "api_key": "***",
        "db": "{'password': '***'}",
        "alpha": "0.5",
        "password": "***",
        "token": "None",
    }
    assert {param.key: param.kind for param in given}["password"] is ParamKind.TEXT
    own = {"client__token": HUSH, "headers": {"auth_token": HUSH}, "max_token": 512, "use_auth_token": False}
    kept = [value_param(key, value, origin=Origin.ESTIMATOR).value for key, value in own.items()]
    assert kept == ["***", "{'auth_token': '***'}", "512", "False"]
    assert to_param("api_key", HUSH, Origin.LOGGED).value == HUSH
