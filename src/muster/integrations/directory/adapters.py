"""Which directory is read how. Whatever is behind it, the rest of the room sees a `Snapshot`."""

from muster.integrations.directory.dingtalk import DingTalk
from muster.integrations.directory.feishu import Feishu
from muster.integrations.directory.ldap import Ldap
from muster.integrations.directory.shape import Access, Adapter, Snapshot, Step
from muster.integrations.directory.wecom import WeCom

ADAPTERS: dict[str, type[Adapter]] = {"ldap": Ldap, "wecom": WeCom, "dingtalk": DingTalk, "feishu": Feishu}


def read(kind: str, access: Access, step: Step = lambda _count: None) -> Snapshot:
    """All of a directory, or `Failed`: never half of it."""
    return ADAPTERS[kind](access).read(step)
