"""Writes about people and sections; every one is recorded and stands in one transaction."""

from groupware.organization.actions.groups import (
    add_to_group,
    create_group,
    end_group,
    remove_from_group,
)
from groupware.organization.actions.presence import cancel_absence, set_absence, set_deputies
from groupware.organization.actions.sections import (
    create_post,
    create_section,
    end_post,
    end_section,
    merge_sections,
    move_section,
    rename_section,
)
from groupware.organization.actions.staff import (
    appoint,
    create_staff,
    disable_staff,
    enable_staff,
    end_membership,
    end_role,
    end_staff,
    grant_role,
    rename_staff,
    reset_password,
    transfer,
)

__all__ = [
    "add_to_group",
    "appoint",
    "cancel_absence",
    "create_group",
    "create_post",
    "create_section",
    "create_staff",
    "disable_staff",
    "enable_staff",
    "end_group",
    "end_membership",
    "end_post",
    "end_role",
    "end_section",
    "end_staff",
    "grant_role",
    "merge_sections",
    "move_section",
    "remove_from_group",
    "rename_section",
    "rename_staff",
    "reset_password",
    "set_absence",
    "set_deputies",
    "transfer",
]
