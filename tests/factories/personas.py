"""Fixtures of the personas: `city` (all twelve, by log-in), one fixture each.

`client_as` of tests/conftest.py signs one of them in:

    def test_a_folder_is_seen(clerk, outsider, client_as):
        assert client_as(clerk).get(url).status_code == 200
        assert client_as(outsider).get(url).status_code == 404
"""

import pytest

from groupware.organization.models import Staff
from tests.factories.city import make_city


@pytest.fixture
def city(db: None) -> dict[str, Staff]:
    """The twelve personas by log-in name, in a database that holds nothing else."""
    return make_city()


@pytest.fixture
def clerk(city: dict[str, Staff]) -> Staff:
    """佐藤 恵子, 市民課 主任."""
    return city["clerk"]


@pytest.fixture
def colleague(city: dict[str, Staff]) -> Staff:
    """田中 一郎, 市民課 主事."""
    return city["colleague"]


@pytest.fixture
def head(city: dict[str, Staff]) -> Staff:
    """山本 直樹, 市民課長."""
    return city["head"]


@pytest.fixture
def vice(city: dict[str, Staff]) -> Staff:
    """中村 久美, 市民課 課長補佐, the deputy of `head`."""
    return city["vice"]


@pytest.fixture
def director(city: dict[str, Staff]) -> Staff:
    """大西 雅人, 市民部長."""
    return city["director"]


@pytest.fixture
def deputymayor(city: dict[str, Staff]) -> Staff:
    """古谷 和代, 副市長."""
    return city["deputymayor"]


@pytest.fixture
def mayor(city: dict[str, Staff]) -> Staff:
    """尾上 正彦, 市長."""
    return city["mayor"]


@pytest.fixture
def outsider(city: dict[str, Staff]) -> Staff:
    """藤井 健, 上下水道部 工務課長: another 部."""
    return city["outsider"]


@pytest.fixture
def records(city: dict[str, Staff]) -> Staff:
    """石川 由美, 総務課 文書主任; also releases files held for 個人番号."""
    return city["records"]


@pytest.fixture
def auditor(city: dict[str, Staff]) -> Staff:
    """川口 静香, 監査委員事務局."""
    return city["auditor"]


@pytest.fixture
def admin(city: dict[str, Staff]) -> Staff:
    """近藤 亮太, DX推進課: administers and does not read."""
    return city["admin"]


@pytest.fixture
def disabled(city: dict[str, Staff]) -> Staff:
    """木下 良雄, left 市民課 on 30 September 2026; cannot sign in."""
    return city["disabled"]
