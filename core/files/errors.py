"""What can go wrong with files that people send in."""

from core.errors import Busy, DomainError
from core.text import N_


class FileRefused(DomainError):
    """A file that is not taken. Subclasses say why."""

    code, status, text = "file_refused", 422, N_("这个文件不能上传。")


class FileEmpty(FileRefused):
    """No file, or one without content."""

    code, text = "file_empty", N_("没有选择文件，或文件是空的。")


class FileTooLarge(FileRefused):
    """More bytes than the limit, packed or unpacked (a zip bomb unpacks to far more than it weighs)."""

    code, status = "file_too_large", 413
    text = N_("文件太大：最大 %(megabytes)d MB（压缩的文件按解开后计算）。")


class FileTypeRefused(FileRefused):
    """Neither a photo, a document nor a sound note that we take, by its bytes or by its name."""

    code = "file_type_refused"
    text = N_(
        "只能上传 JPEG、PNG、WebP 照片，PDF、DOCX、XLSX 文件，以及 M4A、MP3、WAV、AMR 录音，"
        "并且内容与扩展名一致。"
    )


class NoPhoto(FileRefused):
    """Something else where a photo is asked for."""

    code, text = "no_photo", N_("这里只能上传照片（JPEG、PNG 或 WebP）。")


class NoSound(FileRefused):
    """Something else where a sound note is asked for."""

    code, text = "no_sound", N_("这里只能上传录音（M4A、MP3、WAV 或 AMR）。")


class PhotoTooLarge(FileRefused):
    """More pixels than the limit: decoding it would take the server's memory."""

    code = "photo_too_large"
    text = N_("照片太大：最多 %(megapixels)d 百万像素。请用手机重新拍摄或缩小后上传。")


class FileBroken(FileRefused):
    """The bytes begin like a known type and then do not make sense."""

    code, text = "file_broken", N_("这个文件不完整或已损坏，无法读出。请重新拍摄或另存后上传。")


class MacrosRefused(FileRefused):
    """A document that brings a program along."""

    code, text = "macros_refused", N_("文件带有宏程序，不能上传。请另存为不带宏的 .docx 或 .xlsx。")


class TooManyFiles(FileRefused):
    """More files than one subject holds, or more uploads that belong to nothing than one account may keep."""

    code, status = "too_many_files", 409
    text = N_("文件太多：最多 %(most)d 个。")


class PhotosBusy(Busy):
    """Other photos are being decoded. One at a time, so that memory stays bounded."""

    code, text = "photos_busy", N_("正在处理别的照片，这张还没有保存。请稍后再试。")


class StorageFailed(DomainError):
    """The bytes could not be written; nothing was kept."""

    code, status = "storage_failed", 503
    text = N_("服务器磁盘已满或无法写入，文件没有保存。请稍后再试或联系信息中心。")
