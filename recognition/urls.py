"""Addresses of the pages."""

from django.urls import path

from recognition import (
    batch_views,
    correction_views,
    drawing_views,
    explanation_views,
    export_views,
    history_views,
    keeping_views,
    selection_views,
    views,
)

app_name = "recognition"
urlpatterns = [
    path("", history_views.history, name="list"),
    path("totals/", history_views.totals, name="totals"),
    path("export/", history_views.export, name="export"),
    path("searches/", history_views.save, name="save-search"),
    path("searches/<int:filter_id>/forget/", history_views.forget, name="forget-search"),
    path("selected/", selection_views.selected, name="selected"),
    path("exports/", export_views.files, name="exports"),
    path("exports/<uuid:public_id>/", export_views.page, name="export-page"),
    path("exports/<uuid:public_id>/progress/", export_views.progress, name="export-progress"),
    path("exports/<uuid:public_id>/file/", export_views.file, name="export-file"),
    path("exports/<uuid:public_id>/delete/", export_views.delete, name="export-delete"),
    path("new/", views.new, name="new"),
    path("batches/", batch_views.every, name="batches"),
    path("batches/<uuid:public_id>/", batch_views.detail, name="batch"),
    path("batches/<uuid:public_id>/progress/", batch_views.progress, name="batch-progress"),
    path("batches/<uuid:public_id>/delete/", batch_views.delete, name="batch-delete"),
    path("draw/", drawing_views.draw, name="draw"),
    path("draw/look/", drawing_views.look, name="draw-look"),
    path("draw/look/<uuid:public_id>/", drawing_views.seen, name="draw-seen"),
    path("keeping/", keeping_views.choose, name="keeping"),
    path("keeping/staff/", keeping_views.let_staff_look, name="keeping-staff"),
    path("<uuid:public_id>/", views.detail, name="detail"),
    path("<uuid:public_id>/answer/", views.answer, name="answer"),
    path("<uuid:public_id>/correct/", correction_views.correct, name="correct"),
    path("<uuid:public_id>/retry/", views.retry, name="retry"),
    path("<uuid:public_id>/delete/", views.delete, name="delete"),
    path("<uuid:public_id>/image/", views.image, name="image"),
    path("<uuid:public_id>/thumbnail/", views.thumbnail, name="thumbnail"),
    path("<uuid:public_id>/digits/<int:position>/why/", explanation_views.why, name="why"),
    path("<uuid:public_id>/digits/<int:position>/why/answer/", explanation_views.answer, name="why-answer"),
    path("<uuid:public_id>/digits/<int:position>/why/<slug:what>/", explanation_views.picture, name="why-picture"),
]
