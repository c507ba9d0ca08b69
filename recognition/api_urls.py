"""Addresses of the REST interface."""

from django.urls import path

from recognition import (
    api,
    batch_api,
    correction_api,
    explanation_api,
    export_api,
    history_api,
    keeping_api,
    report_api,
    selection_api,
)

app_name = "api"
urlpatterns = [
    path("", api.Root.as_view(), name="root"),
    path("keeping/", keeping_api.Keeping.as_view(), name="keeping"),
    path("report/", report_api.Report.as_view(), name="report"),
    path("formats/", api.FormatList.as_view(), name="formats"),
    path("batches/", batch_api.BatchList.as_view(), name="batches"),
    path("batches/<uuid:public_id>/", batch_api.BatchDetail.as_view(), name="batch"),
    path("batches/<uuid:public_id>/pictures/", batch_api.BatchPictures.as_view(), name="batch-pictures"),
    path("batches/<uuid:public_id>/close/", batch_api.BatchClose.as_view(), name="batch-close"),
    path("recognitions/", api.RecognitionList.as_view(), name="list"),
    path("exports/", export_api.ExportList.as_view(), name="exports"),
    path("exports/<uuid:public_id>/", export_api.ExportDetail.as_view(), name="export-detail"),
    path("exports/<uuid:public_id>/file/", export_api.ExportFile.as_view(), name="export-file"),
    path("searches/", history_api.SearchList.as_view(), name="searches"),
    path("searches/<int:filter_id>/", history_api.SearchDetail.as_view(), name="search"),
    path("recognitions/totals/", history_api.HistoryTotals.as_view(), name="totals"),
    path("recognitions/export/", history_api.HistoryExport.as_view(), name="export"),
    path("recognitions/delete/", selection_api.HistoryDelete.as_view(), name="delete-many"),
    path("recognitions/retry/", selection_api.HistoryReadAgain.as_view(), name="retry-many"),
    path("recognitions/<uuid:public_id>/", api.RecognitionDetail.as_view(), name="detail"),
    path("recognitions/<uuid:public_id>/retry/", api.RecognitionRetry.as_view(), name="retry"),
    path("recognitions/<uuid:public_id>/corrections/", correction_api.Corrections.as_view(), name="corrections"),
    path("recognitions/<uuid:public_id>/image/", api.RecognitionImage.as_view(), name="image"),
    path(
        "recognitions/<uuid:public_id>/digits/<int:position>/explanation/",
        explanation_api.DigitExplanation.as_view(),
        name="explanation",
    ),
    path(
        "recognitions/<uuid:public_id>/digits/<int:position>/explanation/<slug:what>/",
        explanation_api.ExplanationPicture.as_view(),
        name="explanation-picture",
    ),
]
