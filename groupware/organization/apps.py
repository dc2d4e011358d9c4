"""People, sections, posts, sign-in."""

from django.apps import AppConfig


class OrganizationConfig(AppConfig):
    """People, sections, posts, sign-in."""

    name = "groupware.organization"
    label = "organization"
    verbose_name = "組織"

    def ready(self) -> None:
        """Tell the rooms below who people are, and listen to sign-in."""
        from django.db.models.signals import post_migrate

        from groupware.access import policies, providers
        from groupware.audit.actors import register_describer
        from groupware.organization import handlers, presenting, tasks
        from groupware.organization import policies as policies_of_people
        from groupware.organization.directory import OrganizationDirectory
        from groupware.organization.principals import principals
        from groupware.organization.sessions import expiry_of
        from groupware.realtime.sessions import register_limit
        from groupware.web.people import register_presenter

        providers.register_provider(principals)
        providers.register_directory(OrganizationDirectory())
        providers.register_emergency(policies_of_people.may_break_glass)
        for model, policy in policies_of_people.POLICIES.items():
            policies.register(model, policy)
        register_describer(presenting.standing)
        register_presenter(presenting.face)
        register_limit(lambda session, _staff: expiry_of(session) is None)
        handlers.connect()
        tasks.register_cron()
        post_migrate.connect(handlers.make_cache_table, dispatch_uid="organization.cache_table")
