"""Addresses of the library."""

from django.urls import path

from knowledge.documents.views import library, uploads, viewer

app_name = "documents"
urlpatterns = [
    path("", library.library, name="library"),
    path("folders/<uuid:uuid>/", library.folder, name="folder"),
    path("upload/", uploads.screen, name="uploads"),
    path("upload/wishes/", uploads.wishes, name="upload-wishes"),
    path("upload/<uuid:uuid>/finish/", uploads.finish, name="upload-finish"),
    path("upload/<uuid:uuid>/cancel/", uploads.cancel, name="upload-cancel"),
    path("<uuid:uuid>/", viewer.viewer, name="viewer"),
    path("<uuid:uuid>/row/", uploads.row, name="import-row"),
    path("<uuid:uuid>/withdraw/", uploads.withdraw, name="withdraw"),
    path("<uuid:uuid>/dismiss/", uploads.dismiss, name="dismiss"),
    path("<uuid:uuid>/retry/", uploads.retry, name="retry"),
    path("<uuid:uuid>/pages/", viewer.pages, name="pages"),
    path("<uuid:uuid>/hits/", viewer.hits, name="hits"),
    path("<uuid:uuid>/pdf/", viewer.pdf, name="pdf"),
    path("<uuid:uuid>/download/", viewer.download, name="download"),
    path("<uuid:uuid>/readers/", viewer.readers, name="readers"),
    path("<uuid:uuid>/seen/", viewer.seen, name="seen"),
    path("<uuid:uuid>/print/", viewer.print_pages, name="print"),
    path("<uuid:uuid>/printed/", viewer.printed, name="printed"),
    path("<uuid:uuid>/rename/", viewer.rename, name="rename"),
    path("<uuid:uuid>/pages/<int:number>/image/", viewer.image, name="image"),
    path("<uuid:uuid>/pages/<int:number>/thumb/", viewer.thumb, name="thumb"),
    path("<uuid:uuid>/pages/<int:number>/text/", viewer.text, name="text"),
]
