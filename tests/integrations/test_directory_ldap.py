"""LDAP against a real OpenLDAP server, started here for the test."""

import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from muster.integrations.directory import ldap
from muster.integrations.directory.adapters import read
from muster.integrations.directory.shape import Access, Failed

PLACES = "/usr/sbin:/usr/bin:/usr/local/libexec"
SLAPD, ADD = shutil.which("slapd", path=PLACES), shutil.which("slapadd", path=PLACES)
SCHEMA, MODULES = Path("/etc/ldap/schema"), Path("/usr/lib/ldap")
BASE, PASSWORD = "dc=example,dc=com", "s3cret-of-the-directory"
pytestmark = [
    pytest.mark.skipif(ldap.ldap3 is None, reason="the package ldap3 (the extra “ldap”) is not installed"),
    pytest.mark.skipif(not (SLAPD and ADD and SCHEMA.is_dir()), reason="no slapd on this machine: apt install slapd"),
]


def entry(dn: str, *lines: str) -> str:
    return "\n".join([f"dn: {dn}{',' if dn else ''}{BASE}", *lines]) + "\n\n"


def person(uid: str, name: str, unit: str, *more: str) -> str:
    head = ("objectClass: inetOrgPerson", f"uid: {uid}", f"cn: {name}", f"sn: {name}", f"displayName: {name}")
    return entry(f"uid={uid},{unit}", *head, *more)


LDIF = (
    entry("", "objectClass: dcObject", "objectClass: organization", "o: Example", "dc: example")
    + entry("ou=People", "objectClass: organizationalUnit", "ou: People")
    + entry("ou=East,ou=People", "objectClass: organizationalUnit", "ou: 华东")
    + entry("cn=admin", "objectClass: organizationalRole", "cn: admin")
    + person("boss", "Chief", "ou=People", "mobile: 13800000001", "mail: boss@example.com", "employeeNumber: A1")
    + person(
        "zhang",
        "张三",
        "ou=East,ou=People",
        "mobile: 13800000004",
        "mail: zhang@example.com",
        "title: 销售代表",
        f"manager: uid=Boss, ou=People, {BASE}",  # written another way, the same person
        "telephoneNumber: 021 5555",
    )
    + "".join(person(f"p{at}", f"Person {at}", "ou=East,ou=People") for at in range(1100))
)


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slapd")
    (folder / "db").mkdir()
    conf = folder / "slapd.conf"
    schemas = "".join(f"include {SCHEMA}/{one}.schema\n" for one in ("core", "cosine", "inetorgperson"))
    conf.write_text(
        f"{schemas}modulepath {MODULES}\nmoduleload back_mdb\npidfile {folder}/pid\n"
        f"sizelimit size.soft=500 size.hard=500 size.pr=500 size.prtotal=unlimited\n"
        f"database mdb\nsuffix {BASE}\nrootdn cn=admin,{BASE}\nrootpw {PASSWORD}\n"
        f"directory {folder}/db\nmaxsize 50000000\n",
        encoding="utf-8",
    )
    (folder / "firm.ldif").write_text(LDIF, encoding="utf-8")
    subprocess.run([ADD, "-f", conf, "-l", folder / "firm.ldif"], check=True, capture_output=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    wanted = [SLAPD, "-h", f"ldap://127.0.0.1:{port}", "-f", conf, "-d", "0"]
    running = subprocess.Popen(wanted, stderr=subprocess.DEVNULL)
    for _try in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield f"ldap://127.0.0.1:{port}"
    running.terminate()
    running.wait()


def reading(server: str, password: str = PASSWORD, **more):
    return read("ldap", Access(server, f"cn=admin,{BASE}", password, f"ou=People,{BASE}", **more))


def test_people_units_and_managers_are_read_page_by_page(server):
    found = reading(server)
    assert len(found.people) == 1102  # in three pages
    east = next(one for one in found.departments.values() if one.name == "华东")
    assert found.departments[east.parent].name == "People"
    zhang = found.people["zhang"]
    assert (zhang.name, zhang.title, zhang.manager, zhang.departments) == ("张三", "销售代表", "boss", [east.key])
    assert zhang.given == {"phone": "13800000004", "work_email": "zhang@example.com"}
    assert found.people["boss"].given["employee_no"] == "A1"
    assert found.people["p1"].given == {}


def test_a_filter_and_other_names_of_attributes(server):
    found = reading(server, person_filter="(uid=zhang)", attributes={"phone": "telephoneNumber"})
    assert list(found.people) == ["zhang"]
    assert found.people["zhang"].given["phone"] == "021 5555"


def test_a_wrong_password_or_base_is_said_without_the_password(server):
    with pytest.raises(Failed, match="refuses") as raised:
        reading(server, "wrong-password")
    assert "wrong-password" not in str(raised.value)
    with pytest.raises(Failed, match="refuses"):
        read("ldap", Access(server, f"cn=admin,{BASE}", PASSWORD, "ou=Nobody,dc=example,dc=com"))


def test_two_people_with_one_id_are_refused(server):
    with pytest.raises(Failed, match="Two entries have the user id"):
        reading(server, attributes={"userid": "objectClass"})


def test_a_server_that_is_not_there_is_said():
    with pytest.raises(Failed, match="refuses"):
        read("ldap", Access("ldap://127.0.0.1:1", "", "", BASE))


def test_the_address_must_be_one_of_ldap():
    with pytest.raises(Failed, match="ldap://"):
        read("ldap", Access("https://example.com", "", "", BASE))
