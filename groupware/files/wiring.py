"""Registers policy and housekeeping; imported once by `apps`."""

from groupware.access.policies import register
from groupware.files.models import File
from groupware.files.policies import FilePolicy
from groupware.files.tasks import finish_uploads, sweep
from groupware.jobs import cron

register(File, FilePolicy())
cron.register("files-finish-uploads", "* * * * *", finish_uploads)
cron.register("files-sweep", "23 */6 * * *", sweep)
