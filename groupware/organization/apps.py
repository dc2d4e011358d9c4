"""People, sections, posts, sign-in."""

from django.apps import AppConfig


class OrganizationConfig(AppConfig):
    """People, sections, posts, sign-in."""

    name = "groupware.organization"
    label = "organization"
    verbose_name = "組織"

    def ready(self) -> None:
        """Tell the rooms below who people are, and listen to sign-in."""
        from groupware.access import policies, providers
        from groupware.audit.actors import register_describer
        from groupware.organization import handlers, presenting
        from groupware.organization.directory import OrganizationDirectory
        from groupware.organization.policies import POLICIES
        from groupware.organization.principals import principals
        from groupware.web.people import register_presenter

        providers.register_provider(principals)
        providers.register_directory(OrganizationDirectory())
        for model, policy in POLICIES.items():
            policies.register(model, policy)
        register_describer(presenting.standing)
        register_presenter(presenting.face)
        handlers.connect()
