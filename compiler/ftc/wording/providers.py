"""The words of E801 to E839: a model or a service that cannot do what it was asked. From E820 on, the local one."""

from ftc.wording import Wording

WORDING: dict[str, Wording] = {
    "E801": Wording(
        "unknown provider",
        "There is no provider `{name}`; there are {known}.",
        ("For a service that speaks OpenAI's API: --provider openai --base-url URL",),
    ),
    "E802": Wording(
        "not what this provider has",
        "The provider `{name}` has no {ability}; {able} have.",
        ("Name one that has: --provider local",),
    ),
    "E803": Wording(
        "an address for this machine",
        "The provider `{name}` works on this machine, so it has no address.",
        ("For a service: --provider openai --base-url URL", "Take `base_url` away."),
    ),
    "E804": Wording(
        "no model named",
        "The provider `{name}` has many models, and nothing says which is meant.",
        ("Name it: --model gpt-4.1-mini", 'Write it into `train`: model = "gpt-4.1-mini"'),
    ),
}
