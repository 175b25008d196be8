from pathlib import Path

import psycopg
import pytest

from tools import postgres

NOBODY = "postgres://127.0.0.1:1"


def test_an_address_keeps_password_and_port():
    assert postgres.address("postgres://a:secret@db:5433/x", "b") == "postgres://b:secret@db:5433"
    assert postgres.address("postgres://127.0.0.1", "b") == "postgres://b@127.0.0.1:5432"


def test_where_there_is_none_the_reason_is_given(tmp_path):
    with postgres.database(NOBODY, root=tmp_path) as (database, why):
        assert database is None
        assert NOBODY in why


@pytest.mark.slow
@pytest.mark.skipif(not list(Path("/").glob(postgres.PROGRAMS)), reason="PostgreSQL's programs are not installed")
def test_a_private_cluster_comes_and_goes():
    with postgres.database() as (database, where):
        assert "private cluster" in where
        server = database.rsplit("/", 1)[0] + "/postgres"
        with psycopg.connect(server) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not postgres.may_create(server.removesuffix("/postgres"))
