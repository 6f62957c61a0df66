"""What the inputs of a form hold when it is sent."""

from tests.adapters.slack.support.refusing import Json


def held(element: Json, value: str | tuple[str, ...] | None) -> Json:
    """What an input holds when its form is sent."""
    kind = element["type"]
    if kind == "plain_text_input":
        said = element.get("initial_value") if value is None else value
        return {"type": kind, "value": said or None}
    if kind == "datepicker":  # view-interactions-payload: "selected_date", null where none is chosen
        day = element.get("initial_date") if value is None else value
        return {"type": kind, "selected_date": day or None}
    if kind in ("static_select", "external_select"):
        one = element.get("initial_option")
        if value:
            one = {"text": {"type": "plain_text", "text": str(value)}, "value": value}
        return {"type": kind, "selected_option": one}
    if kind == "multi_static_select":
        chosen = element.get("initial_options", []) if value is None else [{"value": v} for v in value]
        return {"type": kind, "selected_options": chosen}
    return {"type": kind, "files": list(value or ())}
