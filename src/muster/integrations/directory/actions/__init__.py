from muster.integrations.directory.actions.connection import (
    archive_connection,
    create_connection,
    edit_connection,
    restore_connection,
)
from muster.integrations.directory.actions.run import (
    begin_run,
    carry_out,
    forget_old,
    read_and_compare,
    start_apply,
)

__all__ = [
    "archive_connection",
    "begin_run",
    "carry_out",
    "create_connection",
    "edit_connection",
    "forget_old",
    "read_and_compare",
    "restore_connection",
    "start_apply",
]
