using Meshlift.Core;
using Meshlift.Core.Configuration;

namespace Meshlift.Tests.Configuration;

public sealed class ErrorTests
{
    // Each row: what is written instead of what in the smallest configuration, and the one error that comes of it.
    public static TheoryData<string, string, string> Replacements => new()
    {
        { "environments:", "enviroments:", "8:3: unknown key 'enviroments' in spec; did you mean 'environments'?" },
        { "  layout:", "  colour: red\n  layout:", "7:3: unknown key 'colour' in spec; known: istio, layout, clean, mutate, tags, environments, controlPlane, gateways, dataPlane, gates, prometheus, repositories, owners, ownerAnnotation, checks" },
        { "  layout:", "  repositories: [{ name: shop, url: ../shop, forge: local, paths: { nowhere: [a/] } }]\n  layout:", "7:78: there is no environment 'nowhere'; the environments are testing" },
        { "metadata: { name: shop }\n", "", "1:1: the file needs the key 'metadata': the name of the mesh, for example metadata: { name: shop }" },
        { "    versions: \"1.30.*\"", "    patches: p", "6:5: spec.istio needs the key 'versions': what may be proposed without a human, for example the patches of 1.30: \"1.30.*\"" },
        { "name: shop", "name: Shop", "3:19: 'Shop' is not a name; use at most 63 of a-z, 0-9 and '-', beginning and ending with a letter or digit" },
        { "name: shop", "name: on", "3:19: metadata.name must be a name, but without quotes on is the boolean true; write \"on\"" },
        { "name: shop", "name:", "3:19: metadata.name must be a name, not nothing; write for example production" },
        { "name: shop", "name: [shop]", "3:19: metadata.name must be a name, not a list; write for example production" },
        { "{ name: shop }", "shop", "3:11: metadata must be a mapping (metadata), not 'shop'" },
        { "\"1.30.*\"", "1.30", "6:15: spec.istio.versions must be a version range, but without quotes 1.30 is the number 1.3; write \"1.30\"" },
        { "\"1.30.*\"", "latest", "6:15: 'latest' is not a version range: 'l' is no number, at character 1; write for example 1.30.3, 1.30.*, ~1.29.4 or '>=1.28 <1.31'" },
        { "\"1.30.*\"", "^1.30", "6:15: '^1.30' is not a version range: '^' would take every later minor release, at character 1; write ~1.30 for the patches of 1.30, or '>=1.30 <1.32' for two minors" },
        { "\"1.30.*\"", "\"1.30.*\"\n    revision: \"{major}-{mino}\"", "7:15: '{major}-{mino}' is not a revision template: unknown placeholder '{mino}' at character 9; did you mean {minor}?" },
        { "\"1.30.*\"", "\"1.30.*\"\n    renderer: istoctl", "7:15: spec.istio.renderer must be istioctl, helm or manifests, not 'istoctl'; did you mean 'istioctl'?" },
        { "\"1.30.*\"", "\"1.30.*\"\n    renderer: manifests", "7:15: renderer manifests needs the key 'manifests' beside it; write for example manifests: vendor/istio/${version}/all.yaml" },
        { "\"1.30.*\"", "\"1.30.*\"\n    manifests: vendor/${version}", "7:16: 'manifests' is used by renderer manifests only; remove it, or write renderer: manifests" },
        { "\"1.30.*\"", "\"1.30.*\"\n    renderer: manifests\n    manifests: a\n    operator: b", "9:15: 'operator' is not used by renderer manifests; remove it" },
        { "\"1.30.*\"", "\"1.30.*\"\n    releases: mirror", "7:15: 'mirror' is not a URL of https, http, file; write for example https://example.com/path" },
        { "\"1.30.*\"", "\"1.30.*\"\n    releases: https://me:secret@mirror.example.com", "7:15: the URL of mirror.example.com holds a user name or a password; leave it out: the file stands in Git; credentials come from the environment" },
        { "\"1.30.*\"", "\"1.30.*\"\n    patches: /patches", "7:14: '/patches' is not a path of the repository: it is absolute; write a path inside the repository, relative to its root, for example clusters/testing" },
        { "\"1.30.*\"", "\"1.30.*\"\n    revision: default", "7:15: with strategy canary two control planes run side by side, but every version would be called 'default'; write for example \"{major}-{minor}-{patch}\"" },
        { "engine: flux", "engine: flex", "7:21: spec.layout.engine must be flux, argocd, helmfile or plain, not 'flex'; did you mean 'flux'?" },
        { "engine: flux", "engine: plain, interval: 5m", "7:38: 'interval' is used by engine flux only; remove it" },
        { "engine: flux", "engine: plain, namespace: mesh", "7:39: 'namespace' is used by engines flux, argocd, helmfile only; remove it" },
        { "engine: flux", "engine: helmfile, repository: https://git.example.com/a.git", "7:43: 'repository' is used by engine argocd only; remove it" },
        { "engine: flux", "engine: argocd", "7:21: engine argocd needs the key 'repository' beside it; write for example repository: https://github.com/acme/platform.git" },
        { "engine: flux", "engine: argocd, repository: ../platform.git", "7:41: Argo CD clones this repository from a server and knows no folder of this machine; write for example https://github.com/acme/platform.git" },
        { "engine: flux", "engine: argocd, repository: git@example.com:a.git, branch: -f", "7:72: '-f' is not a Git reference; write a branch, for example main" },
        { "engine: flux", "engine: argocd, repository: git@example.com:a.git, destination: \"${name}\"", "7:77: '${name}' holds an unknown placeholder; known is ${cluster}" },
        { "engine: flux", "engine: flux, interval: 0s", "7:37: the interval must be longer than 0s; the usual one is 10m" },
        { "engine: flux", "engine: flux, interval: 5", "7:37: '5' is not a duration: the unit is missing, at character 2; write for example 7d, 1h30m or 90s" },
        { "clusters/testing", "../testing", "10:41: '../testing' is not a path of the repository: '..' could leave the repository; write a path inside the repository, relative to its root, for example clusters/testing" },
        { "[{ name: testing, path: clusters/testing }]", "[]", "10:17: spec.environments[0].clusters needs at least one item" },
        { "[{ name: testing, path: clusters/testing }]", "{ name: testing, path: clusters/testing }", "10:17: spec.environments[0].clusters must be a list, not a mapping; begin each item with '- ', or put them into [ ]" },
        { "    - name: testing\n", "    - name: testing\n      soak: 7D\n", "10:13: '7D' is not a duration: 'D' is no unit (w, d, h, m, s), at character 2; write for example 7d, 1h30m or 90s" },
        { "    - name: testing\n", "    - name: testing\n      approve: \"true\"\n", "10:16: spec.environments[0].approve must be true or false, without quotes, not 'true'" },
        { "    - name: testing\n", "    - name: testing\n      maxParallelClusters: 0\n", "10:28: spec.environments[0].maxParallelClusters must be a whole number of at least 1, not '0'" },
        { "    - name: testing\n", "    - name: testing\n      window: Mon 08:00-16:00\n", "10:15: 'Mon 08:00-16:00' is not a window: the time zone is missing; write UTC or a place such as Europe/Paris, at character 16; write for example 'Mon-Thu 08:00-16:00 Europe/Paris'" },
        { "    - name: testing\n", "    - name: testing\n      window: [UTC]\n", "10:16: 'UTC' is not a window: 'UTC' is no day (Mon, Tue, Wed, Thu, Fri, Sat, Sun), at character 1; write for example 'Mon-Thu 08:00-16:00 Europe/Paris'" },
    };

    // Each row: what is added to the smallest configuration's spec, whose first added line is line 11, and the one error that comes of it.
    public static TheoryData<string, string> Additions => new()
    {
        { "clean: [{}]", "11:11: spec.clean[0] needs at least one of group, kind, name, namespace, labels, proxyVersion" },
        { "clean: [{ kind: \"*\" }]", "11:11: this rule would leave everything out; select by group, kind, name, namespace or labels" },
        { "clean: [{ kind: Service, proxyVersion: other }]", "11:19: proxyVersion selects among EnvoyFilters, and the kind Service is none; remove one of the two" },
        { "clean: [{ kind: EnvoyFilter, proxyVersion: \"1.29\" }]", "11:46: spec.clean[0].proxyVersion must be other, not '1.29'" },
        { "clean: [{ name: \"istio-[ab]\" }]", "11:19: 'istio-[ab]' is not a pattern: '[' stands in no name; use '*' for any characters; for several patterns write several items" },
        { "clean: { kind: Service }", "11:10: spec.clean must be a list, not a mapping; begin each item with '- ', or put them into [ ]" },
        { "mutate: [{}]", "11:12: spec.mutate[0] needs one of labels, annotations, set, remove, registry, function" },
        { "mutate:\n- labels: { a: b }\n  annotations: { a: b }", "13:18: spec.mutate[0] can hold only one of labels, annotations, set, remove, registry, function, and 'labels' is there already; make two items of it" },
        { "mutate:\n- target: { kind: Service }\n  remove: { path: spec }", "12:13: 'target' stands beside labels and annotations only; move it one level down, beside the other keys of this mutation" },
        { "mutate: [{ labels: { team: 7 } }]", "11:30: spec.mutate[0].labels.team must be a label value, but without quotes 7 is the number 7; write \"7\"" },
        { "mutate: [{ labels: { -team: a } }]", "11:24: '-team' is not a key of a label or an annotation; write for example team or example.com/team" },
        { "mutate: [{ labels: { team: a b } }]", "11:30: 'a b' is not a value of a label; use at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit" },
        { "mutate: [{ labels: {} }]", "11:22: spec.mutate[0].labels must be a map of key to label value, not an empty one" },
        { "mutate: [{ set: { path: \"spec.[0]\", value: 1 } }]", "11:27: 'spec.[0]' is not a path: a key is expected at character 6; write for example spec.template.spec.containers[name=discovery].image" },
        { "mutate: [{ set: { path: spec, value: ~ } }]", "11:40: spec.mutate[0].set.value has no value; give one, or use 'remove' to take a field away" },
        { "mutate: [{ set: { path: spec } }]", "11:19: spec.mutate[0].set needs the key 'value': its value, of any type" },
        { "mutate: [{ set: { target: {}, path: spec, value: 1 } }]", "11:29: spec.mutate[0].set.target needs at least one of group, kind, name, namespace, labels" },
        { "mutate: [{ registry: { from: \"https://docker.io/istio\", to: a } }]", "11:32: 'https://docker.io/istio' is not what an image name begins with; write a host and a path without scheme, tag and digest, for example registry.example.com/istio" },
        { "mutate: [{ function: { exec: /bin/sh } }]", "11:32: '/bin/sh' is not a path of the repository: it is absolute; write a path inside the repository, relative to its root, for example clusters/testing" },
        { "controlPlane: { strategy: inplace }", "11:29: spec.controlPlane.strategy must be canary or inPlace, not 'inplace'; did you mean 'inPlace'?" },
        { "controlPlane: { strategy: inPlace }", "6:5: with strategy inPlace the control plane keeps its name, but '{major}-{minor}-{patch}' changes with the version; write for example revision: default" },
        { "gateways: { strategy: repoint, hosts: one-by-one }", "11:41: 'hosts' is used by strategy blueGreen only; remove it" },
        { "dataPlane: { waves: [] }", "11:23: spec.dataPlane.waves needs at least one item" },
        { "dataPlane: { waves: [{ name: a }, { name: b, percent: 10 }] }", "11:24: wave 'a' selects nothing, so it takes all that is left and must be the last; give it 'namespaces' or 'percent', or move it to the end" },
        { "dataPlane: { waves: [{ name: a, percent: 20 }, { name: b, percent: 20 }] }", "11:70: wave 'b' adds nothing: an earlier one has 20 percent already; percentages grow from wave to wave" },
        { "dataPlane: { waves: [{ name: a, percent: 101 }] }", "11:44: spec.dataPlane.waves[0].percent must be a whole number from 1 to 100, not '101'" },
        { "dataPlane: { waves: [{ name: a, percent: 10% }] }", "11:44: spec.dataPlane.waves[0].percent must be a whole number from 1 to 100, not '10%'" },
        { "dataPlane: { waves: [{ name: a, percent: 10, namespaces: { names: [a] } }] }", "11:44: a wave selects by 'namespaces' or by 'percent', not by both; make two waves of it" },
        { "dataPlane: { waves: [{ name: a, namespaces: {} }] }", "11:47: spec.dataPlane.waves[0].namespaces needs at least one of names, labels" },
        { "dataPlane: { restart: { parallelism: 3 } }", "11:25: spec.dataPlane.restart needs the key 'mode': who restarts workloads (cluster, git, off)" },
        { "dataPlane: { restart: { mode: [off] } }", "11:33: spec.dataPlane.restart.mode must be cluster, git or off, not a list" },
        { "dataPlane: { restart: { mode: on } }", "11:33: spec.dataPlane.restart.mode must be cluster, git or off, not 'on'" },
        { "dataPlane: { restart: { mode: git, timeout: 0s } }", "11:47: the timeout must be longer than 0s; the usual one is 15m" },
        { "gates: [{ name: a, query: builtin/503-rate, max: 1% }]", "11:10: gates ask Prometheus, but it is not said where that is; add for example prometheus: { url: http://prometheus.monitoring:9090 }" },
        { "prometheus: { url: \"http://p\" }\ngates: [{ name: a, query: up }]", "12:11: spec.gates[0] needs at least one of max, min, maxIncrease" },
        { "prometheus: { url: \"http://p\" }\ngates: [{ name: a, query: up, max: 1, min: 2 }]", "12:46: nothing is at least 2 and at most 1; swap the two" },
        { "prometheus: { url: \"http://p\" }\ngates: [{ name: a, query: up, maxIncrease: 20 }]", "12:46: '20' is not a percentage; write a number and '%', for example 0.5% or 20%" },
        { "prometheus: { url: \"http://p\" }\ngates: [{ name: a, query: up, max: many }]", "12:38: 'many' is not a limit; write a number, or a percentage such as 0.5%" },
        { "prometheus: { url: \"http://p\" }\ngates: [{ name: a, query: builtin/, max: 1 }]", "12:29: 'builtin/' is not the name of a built-in query; write for example builtin/503-rate" },
        { "prometheus: { url: \"file:///p\" }", "11:22: 'file:///p' is not a URL of http, https; write for example http://example.com/path" },
        { "repositories: [{ name: a, url: a.git, forge: local }]", "11:34: 'a.git' is not the address of a Git repository; write for example https://github.com/acme/shop.git, git@github.com:acme/shop.git or ../shop.git, without a password" },
        { "repositories: [{ name: a, url: ../a.git, forge: github }]", "11:51: this forge needs the key 'repository' beside it: the repository's name there, for example acme/shop" },
        { "repositories: [{ name: a, url: ../a.git, forge: github, repository: shop }]", "11:71: 'shop' is not a repository's name on a forge; write owner and name, for example acme/shop" },
        { "repositories: [{ name: a, url: ../a, forge: local, token: { file: f } }]", "11:61: the forge 'local' is the repository itself and has no API; remove the key" },
        { "repositories: [{ name: a, url: ../a, forge: gitea, repository: a/b, token: { app: { id: x, installation: 1, keyFile: k } } }]", "11:78: only the forge 'github' has Apps; write environment, file or command" },
        { "repositories: [{ name: a, url: ../a, forge: gitea, repository: a/b, token: { environment: ghp_abc } }]", "11:93: the text (not shown, it may be a token) is not the name of an environment variable; write for example GITHUB_TOKEN" },
        { "repositories: [{ name: a, url: ../a, forge: gitea, repository: a/b, token: ghp_abc }]", "11:78: spec.repositories[0].token says where the token is, and not the token itself (not shown); write for example token: { environment: GITHUB_TOKEN }, and if this is a token, revoke it" },
        { "repositories: [{ name: a, url: ../a, forge: gitea, repository: a/b, token: { file: f, environment: X } }]", "11:86: spec.repositories[0].token can hold only one of environment, file, command, app, and 'environment' is there already; make two items of it" },
        { "repositories: [{ name: a, url: ../a, forge: gitea, repository: a/b, branch: 'a b' }]", "11:79: 'a b' is not a branch name that Git allows; use letters, digits, '-', '_', '.' and '/', for example meshlift/render/1-30-3" },
        { "owners: codeowner", "11:11: spec.owners must be codeowners or annotation, not 'codeowner'; did you mean 'codeowners'?" },
        { "owners: [a]", "11:11: spec.owners must be codeowners or annotation, not a list" },
        { "owners: { \"a[b]\": x }", "11:13: 'a[b]' is not a pattern: '[' stands in no name; use '*' for any characters; for several patterns write several items" },
        { "owners: { a: \"x y\" }", "11:16: 'x y' is not a user or a team; write one name without spaces, for example @acme/checkout; several as a list" },
    };

    // Each row: names that stand twice, and where the second and the first are.
    public static TheoryData<string, string> Duplicates => new()
    {
        { "environments:\n- { name: a, clusters: [{ name: x, path: x }] }\n- { name: a, clusters: [{ name: z, path: z }] }", "10:13: environment 'a' is there already, at 9:13; each must be unique" },
        { "environments:\n- { name: a, clusters: [{ name: x, path: x }] }\n- { name: b, clusters: [{ name: x, path: z }] }", "10:35: cluster 'x' is there already, at 9:35; each must be unique" },
        { "environments:\n- { name: a, clusters: [{ name: x, path: x }] }\n- { name: b, clusters: [{ name: z, path: ./x/ }] }", "10:44: cluster path './x/' is there already, at 9:44; each must be unique" },
        { "dataPlane: { waves: [{ name: a, percent: 1 }, { name: a }] }", "11:57: wave 'a' is there already, at 11:32; each must be unique" },
        { "prometheus: { url: \"http://p\" }\ngates: [{ name: a, query: up, max: 1 }, { name: a, query: up, max: 1 }]", "12:51: gate 'a' is there already, at 12:19; each must be unique" },
        { "repositories: [{ name: a, url: ../a, forge: local }, { name: a, url: ../b, forge: local }]", "11:64: repository 'a' is there already, at 11:26; each must be unique" },
        { "repositories: [{ name: a, url: ../a, forge: local, namespaces: [m] }, { name: b, url: ../b, forge: local, namespaces: [m] }]", "11:122: namespace pattern 'm' is there already, at 11:67; each must be unique" },
    };

    [Theory, MemberData(nameof(Replacements))]
    public void What_is_wrong_is_told_with_its_place_and_a_remedy(string old, string replacement, string error) =>
        Assert.Equal(["meshlift.yaml:" + error], MeshText.Errors(Replaced(old, replacement)), StringComparer.Ordinal);

    [Theory, MemberData(nameof(Additions))]
    public void What_is_added_wrongly_is_told_with_its_place_and_a_remedy(string more, string error) =>
        Assert.Equal(["meshlift.yaml:" + error], MeshText.Errors(MeshText.With(more)), StringComparer.Ordinal);

    [Theory, MemberData(nameof(Duplicates))]
    public void A_name_that_stands_twice_is_told_with_both_places(string more, string error)
    {
        var text = MeshText.With(more);
        if (more.StartsWith("environments:", StringComparison.Ordinal)) text = text.Replace("  environments:\n    - name: testing\n      clusters: [{ name: testing, path: clusters/testing }]\n", "", StringComparison.Ordinal);
        Assert.Equal(["meshlift.yaml:" + error], MeshText.Errors(text), StringComparer.Ordinal);
    }

    [Fact]
    public void Everything_wrong_is_told_at_once_in_the_order_of_the_file()
    {
        const string text = """
            apiVersion: meshlift.dev/v1alpha1
            kind: Mesh
            metadata: { nam: shop }
            spec:
              istio: { versions: 1.30, renderer: kustomize }
              layout: { color: red, engine: flux, folder: ../x }
              dataplane: {}
              environments:
                - name: testing
                  clusters: [{ name: a, path: a }, { name: a }]
                  soak: soon
            """;
        Assert.Equal(
            [
                "meshlift.yaml:3:13: unknown key 'nam' in metadata; did you mean 'name'?",
                "meshlift.yaml:5:22: spec.istio.versions must be a version range, but without quotes 1.30 is the number 1.3; write \"1.30\"",
                "meshlift.yaml:5:38: spec.istio.renderer must be istioctl, helm or manifests, not 'kustomize'",
                "meshlift.yaml:6:13: unknown key 'color' in spec.layout; known: engine, folder, namespace, source, interval, repository, branch, project, destination",
                "meshlift.yaml:6:47: '../x' is not a path of the repository: '..' could leave the repository; write a path inside the repository, relative to its root, for example clusters/testing",
                "meshlift.yaml:7:3: unknown key 'dataplane' in spec; did you mean 'dataPlane'?",
                "meshlift.yaml:10:40: spec.environments[0].clusters[1] needs the key 'path': its folder in this repository; unique in the whole file",
                "meshlift.yaml:10:48: cluster 'a' is there already, at 10:26; each must be unique",
                "meshlift.yaml:11:13: 'soon' is not a duration: a whole number is expected, not 's', at character 1; write for example 7d, 1h30m or 90s",
            ],
            MeshText.Errors(text), StringComparer.Ordinal);
        Assert.Equal("correct these 9 places; all keys are explained in docs/configuration.md", Assert.Throws<UserException>(() => MeshText.Read(text)).Remedy);
    }

    [Theory]
    [InlineData("", "1:1: the file is empty")]
    [InlineData("# nothing\n", "1:1: the file is empty")]
    [InlineData("apiVersion: apps/v1\nkind: Deployment\n", "1:13: this is a 'Deployment' of 'apps/v1', not a Mesh of meshlift.dev/v1alpha1")]
    [InlineData("kind: Mesh\napiVersion: meshlift.dev/v2\n", "2:13: this program does not know 'meshlift.dev/v2', only meshlift.dev/v1alpha1")]
    [InlineData("apiVersion: meshlift.dev/v1alpha1\nkind: mesh\n", "1:13: this is a 'mesh' of 'meshlift.dev/v1alpha1', not a Mesh of meshlift.dev/v1alpha1")]
    [InlineData("- a\n", "1:1: the file must be a mapping (mesh), not a list")]
    [InlineData("a: [\n", "2:1: ")]
    [InlineData("kind: Mesh\nkind: Mesh\n", "2:1: the key 'kind' stands twice, first at 1:1")]
    [InlineData("kind: Mesh\n---\nkind: Mesh\n", "2:1: there is more than one document")]
    public void A_file_that_is_something_else_is_told_so(string text, string error) => Assert.StartsWith("meshlift.yaml:" + error, Assert.Single(MeshText.Errors(text)), StringComparison.Ordinal);

    [Fact]
    public void Names_that_are_no_texts_are_told_of_as_that_and_not_as_equal() =>
        Assert.All(MeshText.Errors(MeshText.With("gates: [{ name: no, query: up, max: 1 }, { name: off, query: up, max: 1 }]")), error => Assert.Contains("without quotes", error, StringComparison.Ordinal));

    [Theory]
    [InlineData(">=1.28 <1.31"), InlineData("*")]
    public void A_range_that_needs_quotes_is_told_so(string range)
    {
        var failure = Assert.Throws<UserException>(() => MeshText.Read(Replaced("\"1.30.*\"", range)));
        Assert.StartsWith("meshlift.yaml:6:15: ", failure.Message, StringComparison.Ordinal);
        Assert.Equal($"put the value into quotes: without them it cannot begin with '{range[0]}'", failure.Remedy);
    }

    [Fact]
    public void A_file_that_is_not_utf8_is_told_so() =>
        Assert.StartsWith("m.yaml:1:2: the text is not UTF-8", Assert.Throws<UserException>(() => MeshFile.Read([0x61, 0xff], "m.yaml")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_value_of_any_size_is_cut_in_messages() =>
        Assert.All(MeshText.Errors(Replaced("name: shop", "name: " + new string('x', 100_000))), line => Assert.True(line.Length < 300));

    [Fact]
    public void Anchors_and_merge_keys_are_followed_and_mistakes_in_them_told()
    {
        var text = MeshText.With("gateways: &g { strategy: blueGreen }\ncontrolPlane:\n  <<: *g");
        Assert.Equal(["meshlift.yaml:11:28: spec.controlPlane.strategy must be canary or inPlace, not 'blueGreen'"], MeshText.Errors(text), StringComparer.Ordinal);
        text = MeshText.With("gateways: &g { hosts: one-by-one, strategy: blueGreen }\ndataPlane:\n  <<: *g");
        Assert.Equal(2, MeshText.Errors(text).Length);
    }

    private static string Replaced(string old, string replacement)
    {
        Assert.Contains(old, MeshText.Smallest, StringComparison.Ordinal);
        return MeshText.Smallest.Replace(old, replacement, StringComparison.Ordinal);
    }
}
