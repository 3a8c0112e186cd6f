"""What accounts refuse, and why."""

from core.errors import DomainError
from core.text import N_


class WrongCredentials(DomainError):
    """Unknown name, wrong password or disabled account: the same answer for all three."""

    code, status = "credentials_wrong", 401
    text = N_("用户名或密码不对。连续输错 %(failures)d 次，将锁定 %(minutes)d 分钟。")


class WrongOldPassword(DomainError):
    """The password in use was not given rightly."""

    code, status, text = "old_password_wrong", 422, N_("原密码不对。")


class WeakPassword(DomainError):
    """The new password breaks a rule; `fields` says which."""

    code, status = "password_weak", 422
    text = N_(
        "密码不够安全：至少 %(length)d 位，大写字母、小写字母、数字、符号中至少三种（满 16 位不限种类），"
        "不含用户名，也不是常见密码。"
    )


class PasswordUnchanged(DomainError):
    """The new password is the old one."""

    code, status, text = "password_unchanged", 422, N_("新密码不能与原密码相同。")


class PasswordChangeRequired(DomainError):
    """An initial password opens nothing but the page that changes it."""

    code, status, text = "password_change_required", 403, N_("请先修改初始密码，再进行其他操作。")


class UsernameTaken(DomainError):
    """User names are unique in the county."""

    code, status, text = "username_taken", 409, N_("用户名 %(username)s 已被使用，请换一个。")


class UsernameUnusable(DomainError):
    """A user name that could be mistyped or mistaken."""

    code, status = "username_unusable", 422
    text = N_("用户名应为 2 至 40 个字母、数字、汉字或 . _ - @，不能有空格。")


class AlreadyDisabled(DomainError):
    """Nothing to disable."""

    code, status, text = "account_already_disabled", 409, N_("这个账号已经停用。")


class HolderLeft(DomainError):
    """Whose account it is died or moved away."""

    code, status = "account_holder_left", 409
    text = N_("账号的主人已登记离开，不能启用。登记错了，请先在户的页面上撤回离开登记。")


class AlreadyEnabled(DomainError):
    """Nothing to enable."""

    code, status, text = "account_already_enabled", 409, N_("这个账号正在使用，没有停用。")


class LastAdmin(DomainError):
    """Without an administrator nobody could ever appoint one again."""

    code, status = "last_admin", 409
    text = N_("这是最后一名在用的县区管理员，不能停用或免去。请先任命另一名。")


class RoleUnknown(DomainError):
    """No loaded module or plugin knows the role."""

    code, status, text = "role_unknown", 422, N_("没有名为 %(role)s 的职务，提供它的插件可能已停用。")


class AreaUnknown(DomainError):
    """No such area, or it is no longer valid."""

    code, status, text = "area_unknown", 422, N_("没有代码为 %(area_code)s 的区域，或它已撤并。")


class DatesReversed(DomainError):
    """An end before the beginning."""

    code, status, text = "dates_reversed", 422, N_("截止日期不能早于开始日期。")


class PostHeld(DomainError):
    """The same role in the same area at the same time."""

    code, status, text = "post_held", 409, N_("此人在这个区域已经担任这一职务。")


class PostEnded(DomainError):
    """The post is over already."""

    code, status, text = "post_ended", 409, N_("这项任职已经结束。")


class DutiesClash(DomainError):
    """Who administers must not audit (separation of duties, GB/T 22239 8.1.7.2)."""

    code, status = "duties_clash", 409
    text = N_("同一人不能同时担任%(one)s和%(other)s。")
    words = ("one", "other")


class AccountReachesFurther(DomainError):
    """Whoever resets a password can act as its owner: no further than their own reach."""

    code, status = "account_reaches_further", 403
    text = N_("这个账号在您负责的区域之外还有任职，只能由管理全部这些区域的人重置、停用或启用。")


class DutiesApart(DomainError):
    """Who administers must not get at the account of who audits them, nor the other way round."""

    code, status = "duties_apart", 403
    text = N_("这个账号担任%(other)s，与您的职务相互监督；重置密码或停用须由信息中心在服务器上用命令行办理。")
    words = ("other",)


class WatcherByServer(DomainError):
    """Else whoever administers could appoint a puppet to watch them, or dismiss who does."""

    code, status = "watcher_by_server", 403
    text = N_("%(role)s监督管理员，任命和结束任职须由信息中心在服务器上用命令行办理（gridgov user）。")
    words = ("role",)


class RoleNotLoaded(DomainError):
    """A post of a plugin that is off: whether its holder watches the administration is not known now."""

    code, status = "role_not_loaded", 409
    text = N_(
        "职务 %(role)s 所属的插件没有启用，看不出是否监督管理员；请先启用插件，"
        "或由信息中心在服务器上用命令行办理（gridgov user）。"
    )
    words = ("role",)


class TokenLimited(DomainError):
    """A limited token must not make itself a way to more, nor to live on."""

    code, status = "token_limited", 403
    text = N_(
        "限定权限的令牌不能签发或吊销令牌，不能修改或重置密码、停用自己的账号，也不能给出超过自身权限的任职。请登录后办理。"
    )


class TokenTooWide(DomainError):
    """A token may only take away from what its maker holds."""

    code, status = "token_too_wide", 422
    text = N_("令牌不能含有您没有的权限：%(permissions)s。")


class OwnPost(DomainError):
    """Whoever administers posts could else give themselves what the separation of duties withholds."""

    code, status = "own_post", 403
    text = N_("不能给自己任命职务，请另一位管理员办理。")


class DutyOnly(DomainError):
    """Whoever staffs a field of duty gives its roles, never one that administers."""

    code, text = "duty_only", N_("这里只能安排网格长、专职网格员和协管员。")
