using System.Globalization;
using System.Text;
using System.Text.Json;
using Meshlift.CommandLine.Output;
using Meshlift.Core.Diffing;
using Meshlift.Engine.Diffing;
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
        Assert.Equal(2, await Code("--longest", "100"));
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
        var report = DiffReport.Of([new ClusterDifference(null, old, @new, difference)], [], new DiffSelection(DiffRisk.None, []), _ => RepositoryResources.None);
        foreach (var longest in new[] { DiffMarkdown.Least, DiffMarkdown.Longest, 200_000 })
        {
            var markdown = DiffMarkdown.Write(report, longest);
            Assert.InRange(markdown.Length, longest / 2, longest);
            Assert.StartsWith("## a -&gt; b\n\n<details open><summary><b>high</b> changed <code>Deployment d1999</code>", markdown, StringComparison.Ordinal);
            Assert.Matches("\\*\\*[0-9]+ sections are not shown and [0-9]+ shortened", markdown);
            Assert.Equal(Count("<details"), Count("</details>"));
            Assert.Equal(0, Count("```") % 2);

            int Count(string text) => markdown.Split(text).Length - 1;
        }
    }

    [Fact]
    public async Task Hostile_names_and_values_stay_text_in_every_form()
    {
        using var workspace = await Workspace.CreateAsync();
        const string evil = "x</code></details><script>alert(1)</script>@team ![a](//b) \\n\\n```\\n# h \\u001b[31m";
        string Stream(int i) => $"{{ apiVersion: v1, kind: ConfigMap, metadata: {{ name: \"{evil}\" }}, data: {{ \"{evil}\": \"{evil}{i}\", b: \"````\\n~~~{i}\\n</pre>\" }} }}";
        workspace.Write("a.yaml", Stream(1));
        workspace.Write("b.yaml", Stream(2));
        var html = (await workspace.RunAsync("diff", workspace["a.yaml"], workspace["b.yaml"], "--output", "html")).Output;
        var tags = System.Text.RegularExpressions.Regex.Matches(html[html.IndexOf("</style>", StringComparison.Ordinal)..], "<(?<tag>/?[a-z0-9]+)", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)).Select(match => match.Groups["tag"].Value).ToList();
        Assert.DoesNotContain("script", tags);
        foreach (var tag in tags.Where(tag => tag[0] != '/').Distinct(StringComparer.Ordinal)) Assert.Equal(tags.Count(one => one == tag), tags.Count(one => one == "/" + tag));
        Assert.DoesNotContain("http", html, StringComparison.Ordinal);
        var markdown = (await workspace.RunAsync("diff", workspace["a.yaml"], workspace["b.yaml"], "--output", "markdown")).Output;
        // Fences open and close in turn, and nothing of the values stands outside of them at the beginning of a line.
        string? fence = null;
        foreach (var line in markdown.Split('\n'))
        {
            var ticks = line.Length - line.TrimStart('`').Length;
            if (fence is null && ticks >= 3 && line.EndsWith("diff", StringComparison.Ordinal)) fence = line[..ticks];
            else if (fence is not null && line == fence) fence = null;
            else if (fence is not null) Assert.True(ticks < fence.Length, line);
            else
            {
                // What stands in a code span is text.
                var outside = System.Text.RegularExpressions.Regex.Replace(line, "(?<ticks>`+).*?\\k<ticks>", "", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));
                Assert.False(outside.StartsWith("# ", StringComparison.Ordinal) || outside.Contains("<script", StringComparison.Ordinal) || outside.StartsWith("</code>", StringComparison.Ordinal), line);
            }
        }
        Assert.Null(fence);
        Assert.Equal(markdown.Split("<details").Length, markdown.Split("</details>\n").Length);
        foreach (var format in (string[])["text", "json"]) Assert.DoesNotContain('\e', (await workspace.RunAsync("diff", workspace["a.yaml"], workspace["b.yaml"], "--output", format)).Output);
    }

    [Fact]
    public async Task Standard_input_is_a_side_and_an_empty_one_is_an_error()
    {
        using var workspace = await Workspace.CreateAsync();
        workspace.Write("a.yaml", Before);
        async Task<Outcome> Run(string input)
        {
            workspace.Write("input", input);
            return await MeshliftProcess.RunAsync(workspace.Root, ["diff", "a.yaml", "-", "--output", "json"], through: ["sh", "-c", "exec \"$@\" <input", "sh"]);
        }
        Assert.Equal(["Service a: spec.ports[port=81] medium"], Changes((await Run(After)).Output));
        foreach (var (input, said) in new[] { ("", "standard input is empty"), ("# nothing\n---\n", "standard input is empty"), ("a: 1\n", "no Kubernetes object"), ("a: [\n", "standard input:2:1") })
        {
            var outcome = await Run(input);
            Workspace.AssertError(outcome, 2);
            Assert.Contains(said, outcome.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_terminal_gets_lines_of_its_width_whose_sentences_are_whole_and_a_file_gets_everything()
    {
        var long1 = string.Join(' ', Enumerable.Range(0, 60).Select(i => $"word{i}"));
        var (old, @new) = (Side("a", [$"{{ apiVersion: v1, kind: ConfigMap, metadata: {{ name: a }}, data: {{ {new string('k', 150)}-end: '{long1}' }} }}"]), Side("b", [$"{{ apiVersion: v1, kind: ConfigMap, metadata: {{ name: a }}, data: {{ {new string('k', 150)}-end: '{long1} x' }} }}"]));
        var report = DiffReport.Of([new ClusterDifference(null, old, @new, MeshDiff.Of(old.Resources, @new.Resources))], [], new DiffSelection(DiffRisk.None, []), _ => RepositoryResources.None);
        string Text(int? width)
        {
            using var text = new StringWriter();
            new DiffText(text, hasColour: false, width).Write(report);
            return text.ToString();
        }
        foreach (var width in new[] { 40, 80, 120 })
        {
            Assert.All(Text(width).Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, width));
            Assert.Contains("-end", Text(width), StringComparison.Ordinal);
            Assert.Contains("…", Text(width), StringComparison.Ordinal);
        }
        Assert.DoesNotContain("…", Text(null), StringComparison.Ordinal);
        Assert.Contains(long1 + " x", Text(null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, "less")]
    [InlineData(null, "more -s", "more|-s")]
    [InlineData("less -S", "more", "less|-S")]
    [InlineData("", "more", "")]
    [InlineData("cat", null, "")]
    public void The_pager_is_the_one_that_was_named(string? own, string? general, string expected) =>
        Assert.Equal(expected, string.Join('|', DiffPager.Command(name => name == "MESHLIFT_PAGER" ? own : general)));

    [Fact]
    public void A_pager_that_is_not_there_or_reads_nothing_loses_nothing()
    {
        Assert.False(DiffPager.Show([], "a"));
        Assert.False(DiffPager.Show(["no-such-pager-of-anyone"], "a"));
        Assert.True(DiffPager.Show(["true"], new string('a', 1 << 20)));
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
                "apps/gateways.yaml:5:3 bad spec rejected",
                "apps/gateways.yaml:5:3 bad spec.old pruned",
                "apps/gateways.yaml:6:9 bad spec.mode rejected",
                "apps/gateways.yaml:9:13 bad spec.ports[1].number rejected",
            ],
            found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Combinations_are_evaluated_rules_in_CEL_are_told_and_what_cannot_be_read_is_named()
    {
        using var workspace = await Workspace.CreateAsync();
        string Definition(string schema) =>
            $"{{ apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {{ name: gateways.example.com }}, spec: {{ group: example.com, names: {{ kind: Gateway, plural: gateways }}, versions: [{{ name: v1, served: true, storage: true, schema: {{ openAPIV3Schema: {{ type: object, properties: {{ spec: {{ type: object, {schema} }} }} }} }} }}] }} }}";
        const string properties = "properties: { a: { type: string }, b: { type: string }, m: { type: object, additionalProperties: { type: string CEL } } }";
        workspace.Write("a.yaml", Definition(properties.Replace("CEL", "", StringComparison.Ordinal)));
        workspace.Write("b.yaml", Definition(properties.Replace("CEL", ", x-kubernetes-validations: [{ rule: 'self != \\'\\'' }]".Replace("\\'", "''", StringComparison.Ordinal), StringComparison.Ordinal) + ", oneOf: [{ required: [a] }, { required: [b] }], x-kubernetes-validations: [{ rule: has(self.a) }]"));
        string Gateway(string name, string spec) => $"apiVersion: example.com/v1\nkind: Gateway\nmetadata: {{ name: {name} }}\nspec: {{ {spec} }}\n";
        workspace.Write("apps/both.yaml", Gateway("both", "a: x, b: y"));
        workspace.Write("apps/one.yaml", Gateway("one", "a: x, m: { k: v, l: w }"));
        // What was wrong before is no consequence of the difference.
        workspace.Write("apps/wrong.yaml", Gateway("wrong", "a: 1"));
        workspace.Write("clusters/eu/istio-system/0-9/generated/gateway.yaml", Gateway("generated", "m: {}"));
        workspace.Write("apps/template.yaml", "apiVersion: example.com/v1\nkind: {{ .Kind }}\n");
        workspace.Write("apps/list.yaml", $"apiVersion: v1\nkind: List\nitems:\n- {Gateway("listed", "a: x, b: y").Replace("\n", "\n  ", StringComparison.Ordinal)}\n");
        var outcome = await workspace.RunAsync("diff", workspace["a.yaml"], workspace["b.yaml"], "--output", "json");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        var report = PublishedSchema.AssertFits("diff", outcome.Output);
        Assert.Equal(
            ["apps/both.yaml:4:7 both spec rejected", "apps/list.yaml:7:9 listed spec rejected", "clusters/eu/istio-system/0-9/generated/gateway.yaml:4:7 generated spec rejected"],
            report.GetProperty("customResources").EnumerateArray().Select(one => $"{one.GetProperty("place").GetString()} {one.GetProperty("resource").GetProperty("name").GetString()} {one.GetProperty("field").GetString()} {one.GetProperty("outcome").GetString()}"));
        Assert.Equal(
            ["spec 5 has(self.a)", "spec.m.* 1 self != ''"],
            report.GetProperty("notEvaluated").EnumerateArray().Select(one => $"{one.GetProperty("field").GetString()} {one.GetProperty("resources").GetInt32()} {one.GetProperty("demand").GetString()}"));
        Assert.StartsWith("apps/template.yaml:2:", Assert.Single(report.GetProperty("notLookedAt").EnumerateArray()).GetProperty("place").GetString(), StringComparison.Ordinal);
        var text = await workspace.RunAsync("diff", workspace["a.yaml"], workspace["b.yaml"]);
        Assert.Contains("not evaluated: gateways.example.com v1 spec now demands 'has(self.a)': only the API server evaluates CEL rules; 5 resources have the field", text.Output, StringComparison.Ordinal);
        Assert.Contains("not looked at: apps/template.yaml:2:", text.Output, StringComparison.Ordinal);
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
