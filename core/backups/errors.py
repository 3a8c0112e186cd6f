"""Why a backup was not made or not brought back. Nothing half done is left as if it were whole."""

from core.errors import DomainError
from core.text import N_


class BackupExists(DomainError):
    """There is a file of this name: a backup never replaces another one."""

    code, text = "backup_exists", N_("%(file)s 已经存在，备份不会覆盖它；请换一个文件名。")


class BackupUnwritable(DomainError):
    """The target cannot be written, or the disk is full."""

    code, text = "backup_unwritable", N_("无法写入 %(file)s（%(reason)s）；没有留下不完整的备份。")


class CopyDamaged(DomainError):
    """The copy of the database did not pass its check, so the database itself is in doubt."""

    code = "copy_damaged"
    text = N_("数据库的副本没有通过检查（%(reason)s），没有做成备份；请运行 gridgov doctor。")


class NotABackup(DomainError):
    """The file is something else, or not what it was when it was made."""

    code, text = "not_a_backup", N_("%(file)s 不是完好的 gridgov 备份（%(reason)s）；什么也没有恢复。")


class BackupTooNew(DomainError):
    """It was made by a later version, whose tables this one does not know."""

    code = "backup_too_new"
    text = N_("这份备份由更新的版本 %(version)s 做成；请先升级程序，再恢复。")


class FolderTaken(DomainError):
    """A county is only ever brought back into an empty place."""

    code, text = "folder_taken", N_("%(folder)s 不是空文件夹；请恢复到一个新的或空的文件夹。")


class DatabaseTaken(DomainError):
    """The database that was named holds tables already."""

    code, text = "database_taken", N_("这个数据库里已经有表（%(table)s）；请新建一个空的数据库。")


class DatabaseUnnamed(DomainError):
    """The backup is of a PostgreSQL database, and nobody said into which it goes."""

    code = "database_unnamed"
    text = N_("这是 PostgreSQL 数据库的备份；请用 --database 指明恢复到哪个空的数据库。")


class DatabaseMisnamed(DomainError):
    """The backup is of a SQLite database, which lies in the folder."""

    code = "database_misnamed"
    text = N_("这是 SQLite 数据库的备份，恢复时不能写 --database；恢复后可用 gridgov migrate-database 迁移。")


class KeysMissing(DomainError):
    """Without its keys a county cannot be read."""

    code = "keys_missing"
    text = N_("备份里没有密钥；请用 --keys 指明另外保存的 keys.json。")


class KeysMisfit(DomainError):
    """These are the keys of another county."""

    code = "keys_misfit"
    text = N_("密钥 %(given)s 与备份不符（备份用的是 %(wanted)s）；请找到当时的 keys.json。")


class RestoreDiffers(DomainError):
    """What was brought back is not what was backed up."""

    code = "restore_differs"
    text = N_("恢复出来的数据与备份时不符（%(reason)s）；请删除 %(folder)s，换一份备份再试。")


class RestoreCut(DomainError):
    """The disk or something else failed on the way."""

    code = "restore_cut"
    text = N_("恢复没有完成（%(reason)s）；%(folder)s 可以整个删除，然后再试。")


class ToolMissing(DomainError):
    """PostgreSQL's own program is not installed, or older than the server."""

    code = "tool_missing"
    text = N_("找不到不低于 %(version)d 版的 %(tool)s；请安装 postgresql-client-%(version)d。")


class ToolFailed(DomainError):
    """PostgreSQL's own program gave up."""

    code, text = "tool_failed", N_("%(tool)s 没有成功：%(reason)s。")
