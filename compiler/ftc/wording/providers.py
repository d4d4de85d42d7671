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
    "E805": Wording(
        "no key",
        "`{name}` wants a key, and `{variable}` is not set.",
        ("export {variable}=…", "Or write it into a file .env that git ignores: {variable}=…"),
    ),
    "E806": Wording(
        "refused",
        "`{name}` may not be asked to {what} with this key: {reason}.",
        ("Look at what {variable} holds, and at what that key may do.",),
    ),
    "E807": Wording(
        "no such model",
        "`{name}` has no model `{model}` to {what} with: {reason}.",
        ("Name one that it has: --model MODEL",),
    ),
    "E808": Wording(
        "service not reached",
        "`{name}` cannot be reached at {base_url}: {reason}.",
        ("Is it running? If it is elsewhere: --base-url URL",),
    ),
    "E809": Wording(
        "refused as it is",
        "`{name}` will not {what}: {reason}.",
    ),
    "E810": Wording(
        "gave up",
        "`{name}` did not {what}: {reason}.",
        ("Run the same command again later: what is done is kept.", "Ask more often: FTC_TRIES=20"),
    ),
    "E811": Wording(
        "no credit left",
        "`{name}` does no more for this account: {reason}.",
        ("Look at the limits and the bill of the account.",),
    ),
    "E812": Wording(
        "not what this service has",
        "`{name}` at {base_url} has no {ability}: {reason}.",
        ("Look at the address: it mostly ends with /v1", "Name another: --provider local"),
    ),
    "E813": Wording(
        "file not taken",
        "`{name}` cannot use {file}, there called `{id}`: {reason}.",
        ("Look for what it means: ftc check FILE",),
    ),
    "E814": Wording(
        "file too large",
        "{file} has {size:,} bytes, and `{name}` takes at most {limit:,}.",
        ("Write fewer lines: ftc compile FILE --limit {lines}",),
    ),
    "E815": Wording(
        "no address",
        "`{name}` is at another address for everyone, and nothing says which.",
        ("--base-url https://RESOURCE.openai.azure.com/openai/v1",),
    ),
    "E816": Wording(
        "answer not understood",
        "What `{name}` answered at {base_url} when asked to {what} is none of the API: {reason}.",
        ("Look at the address: it mostly ends with /v1",),
    ),
    "E817": Wording("setting not understood", "{what} cannot be used: {reason}."),
    "E818": Wording(
        "perhaps a job, perhaps none",
        "`{name}` was asked to {what} and did not say whether it did: {reason}. None is to be seen.",
        ("Run the same command again: it looks for the job before it asks for one.",),
    ),
    "E819": Wording(
        "no such job",
        "`{name}` has no job `{job}`: {reason}.",
        ("Was it made with another key or at another address?",),
    ),
}
