"""What can go wrong with webhooks."""

from core.errors import DomainError
from core.text import N_


class WebhookUrlRefused(DomainError):
    """An address that is neither https nor one of a host that the county's config allows."""

    code, status = "webhook_url_refused", 422
    text = N_(
        "推送地址须以 https:// 开头；内网或 http 地址，须先写入配置 [plugin.webhooks] 的 allowed_hosts。"
    )


class WebhookEventsUnknown(DomainError):
    """Events that nobody announces."""

    code, status, text = "webhook_events_unknown", 422, N_("请至少选择一种事件，并且只能从列出的事件中选。")


class TooManyWebhooks(DomainError):
    """More than the county can be expected to mean."""

    code, status, text = "too_many_webhooks", 409, N_("推送地址太多：最多 %(most)d 个，请先停用不再使用的。")


class WebhookOff(DomainError):
    """Nothing is sent to an address that is switched off."""

    code, status, text = "webhook_off", 409, N_("这个推送地址已停用，请先启用。")


class DeliveryNotFailed(DomainError):
    """Only what has failed is sent again by hand."""

    code, status, text = "delivery_not_failed", 409, N_("这条推送不在失败之列，可能已经重发。")
