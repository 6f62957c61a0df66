"""The pages on which installing ends: each says what to do next."""

from html import escape

from slack_sdk.oauth import RedirectUriPageRenderer

from adapters.slack.rendering.limits import COMMAND

_CANCELLED = "access_denied"
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>body {{ max-width: 36em; margin: 3em auto; padding: 0 1em; font: 1.1em/1.5 system-ui, sans-serif; }}</style>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""


class Pages(RedirectUriPageRenderer):
    """Slack's library asks for a page in the end, in its own words for what went wrong."""

    def render_success_page(
        self,
        app_id: str,
        team_id: str | None,
        is_enterprise_install: bool | None = None,  # Slack's signature
        enterprise_url: str | None = None,
    ) -> str:
        """It is installed: where and what to type."""
        del is_enterprise_install, enterprise_url  # a whole organisation installs nothing here
        app = escape(f"slack://app?team={team_id}&id={app_id}")
        browser = escape(f"https://app.slack.com/client/{team_id}")
        return _PAGE.format(
            title="Studyhall is installed",
            body=f"""<ol>
<li>Open Slack: <a href="{app}">in the app</a> or <a href="{browser}">in this browser</a>.</li>
<li>Go to the channel where the group should meet. In a private channel, type <code>/invite @Studyhall</code> first.</li>
<li>Type <code>{COMMAND} group setup</code>, and press <b>Post the first question now</b>.</li>
</ol>""",
        )

    def render_failure_page(self, reason: str) -> str:
        """It is not installed: why, and the way to try again."""
        code = reason.partition(":")[0]
        why = (
            "It was cancelled, and nothing has changed."
            if code == _CANCELLED
            else f"Nothing has changed ({escape(code)})."
        )
        return _PAGE.format(
            title="Studyhall is not installed",
            body=f"""<p>{why}</p>
<p><a href="{escape(self.install_path)}">Begin again</a>, and allow it within ten minutes, in the same browser. If that does not help, tell
whoever gave you this address what is in brackets above.</p>""",
        )
