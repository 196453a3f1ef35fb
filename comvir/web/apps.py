from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "comvir.web"
    label = "web"
