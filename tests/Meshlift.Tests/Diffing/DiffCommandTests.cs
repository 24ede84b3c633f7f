using System.Globalization;
using System.Text;
using System.Text.Json;
using Meshlift.CommandLine.Output;
using Meshlift.Core.Diffing;
using Meshlift.Tests.CommandLine;

namespace Meshlift.Tests.Diffing;

/// <summary><c>meshlift diff</c>, as it is called.</summary>
public sealed class DiffCommandTests
{
    private const string Before = "apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { ports: [{ port: 80 }] }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { a: b }\n";
    private const string After = "apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { ports: [{ port: 80 }, { port: 81 }] }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { a: b }\n";

    [Fact]
    public async Task Versions_revisions_folders_and_files_say_the_same()
    {
        using var workspace = await Workspace.CreateAsync();
        foreach (var file in (string[])["vendor/1.29.6/all.yaml", "vendor/1.30.3/all.yaml"]) workspace.Replace(file, "replicas: 1", file.Contains("30", StringComparison.Ordinal) ? "replicas: 2" : "replicas: 1");
        await workspace.RenderAsync("1.29.6");
        await workspace.RenderAsync("1.30.3");
        var versions = await RunAsync(workspace, "1.29.6", "1.30.3");
        Assert.Equal(["Deployment istiod-1-30-3: spec.replicas medium"], Changes(versions));
        Assert.Equal(Changes(versions), Changes(await RunAsync(workspace, "1-29-6", "1-30-3")));
        Assert.Equal(Changes(versions), Changes(await RunAsync(workspace, workspace["vendor/1.29.6/all.yaml"], workspace["vendor/1.30.3/"])));
        var folder = workspace["clusters/testing/istio-system"];
        Assert.Equal(Changes(versions), Changes(await RunAsync(workspace, $"{folder}/1-29-6/generated", $"{folder}/1-30-3/generated")));
        Assert.Empty(Changes(await RunAsync(workspace, "1.30.3", "1-30-3")));
        // What stands by in each revision is not applied, so that a cluster's folder is one side.
        Assert.Empty(Changes(await RunAsync(workspace, folder, folder)));
    }

    [Fact]
    public async Task A_commit_is_a_side_and_needs_no_configuration()
    {
        using var workspace = await Workspace.CreateAsync();
        workspace.Write("k8s/a.yaml", Before);
        workspace.Write("k8s/.hidden/b.yaml", "no: {{ yaml");
        await workspace.GitAsync("add", "--all");
        await workspace.GitAsync("commit", "-q", "-m", "Before");
        workspace.Write("k8s/a.yaml", After);
        Directory.Delete(workspace["k8s/.hidden"], recursive: true);
        async Task<string> Run(params string[] arguments)
        {
            var outcome = await MeshliftProcess.RunAsync(workspace.Root, ["diff", .. arguments, "--config", "none.yaml", "--output", "json"]);
            Assert.Equal((0, ""), (outcome.Code, outcome.Error));
            return outcome.Output;
        }
        Assert.Equal(["Service a: spec.ports[port=81] medium"], Changes(await Run("git:HEAD:k8s", "k8s")));
        Assert.Equal(["Service a: spec.ports[port=81] medium"], Changes(await Run("git:main:k8s/a.yaml", "k8s/a.yaml")));
        Assert.Empty(Changes(await Run("git:HEAD:k8s", "git:main:k8s")));
        foreach (var (operand, said) in new[] { ("git:nowhere", "is no commit"), ("git:--help", "is no commit"), ("git:HEAD:nowhere", "has no"), ("git:", "names no commit"), ("nowhere", "no file or folder") })
        {
            var outcome = await MeshliftProcess.RunAsync(workspace.Root, ["diff", operand, "k8s", "--config", "none.yaml"]);
            Workspace.AssertError(outcome, 2);
            Assert.Contains(said, outcome.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Options_choose_what_is_shown_and_what_the_exit_code_says()
    {
        using var workspace = await Workspace.CreateAsync();
        workspace.Write("a.yaml", Before);
        workspace.Write("b.yaml", After);
        async Task<int> Code(params string[] arguments) => (await workspace.RunAsync(["diff", workspace["a.yaml"], workspace["b.yaml"], .. arguments])).Code;
        Assert.Equal(0, await Code());
        Assert.Equal(1, await Code("--exit-code"));
        Assert.Equal(0, await Code("--exit-code", "--risk", "high"));
        Assert.Equal(1, await Code("--exit-code", "--only", "service/A"));
        Assert.Equal(0, await Code("--exit-code", "--only", "ConfigMap"));
        Assert.Equal(2, await Code("--risk", "huge"));
        Assert.Equal(2, (await workspace.RunAsync("diff", "-", "-")).Code);
        Assert.Equal(2, (await workspace.RunAsync("diff", workspace["a.yaml"])).Code);
        var same = await workspace.RunAsync("diff", workspace["a.yaml"], workspace["a.yaml"], "--exit-code");
        Assert.Equal(0, same.Code);
        Assert.Contains("no differences", same.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', (await workspace.RunAsync("diff", workspace["a.yaml"], workspace["b.yaml"])).Output);
    }

    [Fact]
    public async Task Input_that_is_wrong_is_told_with_its_place()
    {
        using var workspace = await Workspace.CreateAsync();
        workspace.Write("a.yaml", Before);
        workspace.Write("broken.yaml", "a: [\n");
        workspace.Write("values.yaml", "a: 1\n");
        workspace.Write("twice/a.yaml", Before);
        workspace.Write("twice/b.yaml", After);
        foreach (var (file, said) in new[] { ("broken.yaml", "broken.yaml:"), ("values.yaml", "no Kubernetes object"), ("twice", "more than once") })
        {
            var outcome = await workspace.RunAsync("diff", workspace[file], workspace["a.yaml"]);
            Workspace.AssertError(outcome, 2);
            Assert.Contains(said, outcome.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Secrets_stay_where_they_are_and_markup_stays_text()
    {
        using var workspace = await Workspace.CreateAsync();
        string Stream(string secret, string text) => $"apiVersion: v1\nkind: Secret\nmetadata: {{ name: s }}\nstringData: {{ a: {secret} }}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: c }}\ndata: {{ a: \"{text}\" }}\n";
        workspace.Write("a.yaml", Stream("hush1", "x"));
        workspace.Write("b.yaml", Stream("hush2", "<script>@you ``` \\e[31m</script>"));
        foreach (var format in (string[])["text", "json", "markdown", "html"])
        {
            var outcome = await workspace.RunAsync("diff", workspace["a.yaml"], workspace["b.yaml"], "--output", format);
            Assert.Equal(0, outcome.Code);
            Assert.DoesNotContain("hush", outcome.Output, StringComparison.Ordinal);
            Assert.DoesNotContain('\e', outcome.Output);
            if (format == "html") Assert.DoesNotContain("<script", outcome.Output, StringComparison.Ordinal);
            if (format == "markdown") Assert.Contains("````diff", outcome.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Markdown_opens_with_what_is_dangerous_and_is_never_longer_than_a_forge_takes()
    {
        var before = Enumerable.Range(0, 2000).Select(i => $"{{ apiVersion: apps/v1, kind: Deployment, metadata: {{ name: d{i} }}, spec: {{ replicas: 1, paused: false }} }}");
        var after = Enumerable.Range(0, 2000).Select(i => $"{{ apiVersion: apps/v1, kind: Deployment, metadata: {{ name: d{i} }}, spec: {{ replicas: 2, hostNetwork: {(i == 1999 ? "true" : "false")} }} }}");
        var (old, @new) = (Side("a", before), Side("b", after));
        var difference = MeshDiff.Of(old.Resources, @new.Resources);
        var markdown = DiffMarkdown.Write(new DiffReport(old, @new, difference, new DiffSelection(DiffRisk.None, []).Of(difference), []));
        Assert.InRange(markdown.Length, DiffMarkdown.Longest / 2, DiffMarkdown.Longest);
        Assert.StartsWith("## a -&gt; b\n\n<details open><summary><b>high</b> changed <code>Deployment d1999</code>", markdown, StringComparison.Ordinal);
        Assert.Matches("\\*\\*[0-9]+ sections are not shown", markdown);
        Assert.Equal(Count("<details"), Count("</details>"));

        int Count(string text) => markdown.Split(text).Length - 1;
    }

    [Fact]
    public async Task Custom_resources_that_a_new_definition_refuses_or_cuts_are_named_with_their_place()
    {
        using var workspace = await Workspace.CreateAsync();
        string Definition(string schema, string served = "true") =>
            $"{{ apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {{ name: gateways.example.com }}, spec: {{ group: example.com, names: {{ kind: Gateway, plural: gateways }}, versions: [{{ name: v1, served: true, storage: true, schema: {{ openAPIV3Schema: {{ type: object, properties: {{ spec: {{ type: object, {schema} }} }} }} }} }}, {{ name: v1beta1, served: {served}, storage: false }}] }} }}";
        workspace.Write("a.yaml", Definition("properties: { old: { type: string }, mode: { type: string, enum: [A, B] }, ports: { type: array, items: { type: object, properties: { number: { type: integer } } } } }"));
        workspace.Write("b.yaml", Definition("required: [host], properties: { mode: { type: string, enum: [A] }, ports: { type: array, items: { type: object, properties: { number: { type: integer, maximum: 100 } } } } }", "false"));
        workspace.Write("apps/gateways.yaml", """
            apiVersion: example.com/v1
            kind: Gateway
            metadata: { name: bad }
            spec:
              old: x
              mode: B
              ports:
              - number: 80
              - number: 8080
            ---
            apiVersion: example.com/v1
            kind: Gateway
            metadata: { name: good }
            spec: { host: a, mode: A, ports: [] }
            ---
            apiVersion: example.com/v1beta1
            kind: Gateway
            metadata: { name: aged }
            """);
        var outcome = await workspace.RunAsync("diff", workspace["a.yaml"], workspace["b.yaml"], "--output", "json");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        var found = PublishedSchema.AssertFits("diff", outcome.Output).GetProperty("customResources").EnumerateArray()
            .Select(one => $"{one.GetProperty("place").GetString()} {one.GetProperty("resource").GetProperty("name").GetString()} {one.GetProperty("field").GetString()} {one.GetProperty("outcome").GetString()}");
        Assert.Equal(
            [
                "apps/gateways.yaml:16:13 aged apiVersion rejected",
                "apps/gateways.yaml:5:3 bad spec.host rejected",
                "apps/gateways.yaml:5:8 bad spec.old pruned",
                "apps/gateways.yaml:6:9 bad spec.mode rejected",
                "apps/gateways.yaml:9:13 bad spec.ports[1].number rejected",
            ],
            found.Order(StringComparer.Ordinal));
    }

    private static DiffSide Side(string name, IEnumerable<string> documents) => DiffSide.Read(name, documents.Select((text, i) => (i.ToString(CultureInfo.InvariantCulture), (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(text))));

    private static async Task<string> RunAsync(Workspace workspace, params string[] arguments)
    {
        var outcome = await workspace.RunAsync(["diff", .. arguments, "--output", "json"]);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        return outcome.Output;
    }

    private static List<string> Changes(string json) =>
    [
        .. PublishedSchema.AssertFits("diff", json).GetProperty("resources").EnumerateArray().SelectMany(resource => resource.GetProperty("changes").EnumerateArray()
            .Select(change => $"{Name(resource)}: {change.GetProperty("path").GetString()} {change.GetProperty("risk").GetString()}").DefaultIfEmpty(Name(resource))),
    ];

    private static string Name(JsonElement resource)
    {
        var identity = resource.GetProperty("after") is { ValueKind: JsonValueKind.Object } after ? after : resource.GetProperty("before");
        return $"{identity.GetProperty("kind").GetString()} {identity.GetProperty("name").GetString()}";
    }
}
