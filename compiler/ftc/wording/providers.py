"""The words of E801 to E842: a model or a service that cannot do what is needed. From E820 on, mostly the local one."""

from ftc.wording import Wording

WORDING: dict[str, Wording] = {
    "E801": Wording(
        "unknown provider",
        "There is no provider `{name}`; the providers are: {known}.",
        ("For a service that speaks OpenAI's API: --provider openai --base-url URL",),
    ),
    "E802": Wording(
        "not what this provider has",
        "The provider `{name}` has no {ability}; these have: {able}.",
        ("Use one that has, for example: --provider local",),
    ),
    "E803": Wording(
        "an address for this machine",
        "The provider `{name}` works on this machine, so it has no address.",
        ("For a service: --provider openai --base-url URL", "Remove `base_url`."),
    ),
    "E804": Wording(
        "no model named",
        "The provider `{name}` has many models, and none is named.",
        ("Name it: --model gpt-4.1-mini", 'Write it into `train`: model = "gpt-4.1-mini"'),
    ),
    "E805": Wording(
        "no key",
        "`{name}` needs a key, and `{variable}` is not set.",
        ("export {variable}=…", "Or write it into a .env file that git ignores: {variable}=…"),
    ),
    "E806": Wording(
        "refused",
        "`{name}` refuses to {what} with this key: {reason}.",
        ("Check the value of {variable}, and what that key is allowed to do.",),
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
        ("Run the same command again later: finished work is kept.", "Try more often: FTC_TRIES=20"),
    ),
    "E811": Wording(
        "no credit left",
        "`{name}` accepts no more requests from this account: {reason}.",
        ("Check the limits and the billing of the account.",),
    ),
    "E812": Wording(
        "not what this service has",
        "`{name}` at {base_url} has no {ability}: {reason}.",
        ("Check the address: it usually ends with /v1", "Use another provider: --provider local"),
    ),
    "E813": Wording(
        "file not taken",
        "`{name}` cannot use {file} (`{id}` there): {reason}.",
        ("Look for the cause: ftc check FILE",),
    ),
    "E814": Wording(
        "file too large",
        "{file} has {size:,} bytes, and `{name}` takes at most {limit:,}.",
        ("Write fewer lines: ftc compile FILE --limit {lines}",),
    ),
    "E815": Wording(
        "no address",
        "Every user of `{name}` has an address of their own, and none is named.",
        ("--base-url https://RESOURCE.openai.azure.com/openai/v1",),
    ),
    "E816": Wording(
        "answer not understood",
        "The answer of `{name}` at {base_url} to a request to {what} does not follow the API: {reason}.",
        ("Check the address: it usually ends with /v1",),
    ),
    "E817": Wording("setting not understood", "{what} cannot be used: {reason}."),
    "E818": Wording(
        "perhaps a job, perhaps none",
        "`{name}` was asked to {what} and did not say whether it did: {reason}. Its list of jobs shows none.",
        ("Run the same command again: it looks for the job before it creates one.",),
    ),
    "E819": Wording(
        "no such job",
        "`{name}` has no job `{job}`: {reason}.",
        ("Was it created with another key or at another address?",),
    ),
    "E820": Wording(
        "a local model needs a library",
        "Asking or training a model on this machine needs the library {library}, which is not installed.",
        ("pip install 'ftc[local]'",),
    ),
    "E821": Wording(
        "no such model",
        "There is no model `{name}` on this machine: {why}.",
        (
            "Did you mean --model {nearest:sh}?",
            "Write it as {wheel}",
            "Name a folder, a GGUF file, or a hub id: OWNER/NAME",
        ),
    ),
    "E822": Wording(
        "another file than was asked for",
        "{name} does not have the hash that its name asks for: it should be {wanted} but is {got}.",
        ("If you mean the new file, write its hash: #sha256={got}",),
    ),
    "E823": Wording(
        "a model cannot be fetched",
        "{name} is not on this machine and cannot be downloaded: {reason}.",
        ("Try again with a connection: it is downloaded only once.", "Use a model that is here: --model FOLDER"),
    ),
    "E824": Wording(
        "not a model that can be read",
        "`{path}` cannot be read as a model: {reason}.",
        ("Name a folder with config.json and *.safetensors, or a GGUF file that transformers reads.",),
    ),
    "E825": Wording(
        "a model that is not trained yet",
        "`{path}` is the folder of a job that has made no model: it is still running, or it failed.",
        ("See events.jsonl in the folder for its progress.",),
    ),
    "E826": Wording(
        "a model without a chat template",
        "The model `{name}` has no chat template, so ftc does not know how to present a conversation to it.",
        ("Use a model made for chat, such as an `instruct` model.",),
    ),
    "E827": Wording(
        "a tuned model without its base",
        "`{name}` was tuned from `{base}` and cannot be used without it: {why}.",
        ("Restore the base model, or train again.",),
    ),
    "E828": Wording(
        "messages that a template refuses",
        "The model's chat template cannot take these messages: {reason}.",
        ("Some models take no system message, or need user and assistant to alternate.",),
    ),
    "E829": Wording(
        "tools and a local model",
        "The model `{name}` runs on this machine, where tools cannot be called.",
        ("Use a service that has tools: --provider openai",),
    ),
    "E830": Wording(
        "a local model failed",
        "The model `{name}` failed while answering: {reason}.",
        ("If memory is short, let it answer fewer questions at once.",),
    ),
    "E831": Wording(
        "longer than a model reads",
        "A question has {tokens:,} tokens, and the model `{name}` reads at most {window:,}.",
        ("Shorten it, or use a model that reads more.",),
    ),
    "E832": Wording(
        "training cannot start",
        "Training on this machine cannot start: {reason}.",
    ),
    "E833": Wording(
        "a line that cannot be trained on",
        "{where} cannot be trained on here: {reason}.",
        ("Change what makes this line, or train where it is possible: --provider openai",),
    ),
    "E834": Wording(
        "no such job",
        "`{job}` is not the folder of a training job: {reason}.",
        ("The folder of a job ends in .model and holds a job.json.",),
    ),
    "E835": Wording(
        "a model that is a program",
        "The model `{name}` comes with a program of its own, and ftc never runs code from a model.",
        ("Use a model of a kind that transformers supports by itself.",),
    ),
    "E836": Wording(
        "not the file that was planned",
        "{path} is no longer the file that the job was planned for: it was written again since.",
        ("Run the same command again: it plans anew.",),
    ),
    "E840": Wording(
        "an address from a file",
        "A file names {base_url} as the address of `{name}`, and your key would be sent there.",
        ("If you know and trust it, give it yourself: --base-url URL",),
    ),
    "E841": Wording(
        "sent on to another address",
        "`{name}` at {base_url} redirects to {to}, where neither your key nor your request was sent.",
        ("Check every letter of the address: --base-url URL",),
    ),
    "E842": Wording(
        "a key over http",
        "The key of `{name}` would go to {host} over http, where anyone on the way can read it.",
        ("Use https: --base-url https://HOST/v1", "If the network is your own: --insecure"),
    ),
}
