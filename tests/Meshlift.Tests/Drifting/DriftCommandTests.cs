using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Faults;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Types;
using Meshlift.Tests.CommandLine;
using Meshlift.Tests.Fleet;
using Meshlift.Tests.Simulator.Clusters;

namespace Meshlift.Tests.Drifting;

/// <summary><c>meshlift drift</c> against running API servers.</summary>
public sealed class DriftCommandTests
{
    private const string Istiod = "istiod-1-30-3";
    private const string IstiodFile = "1-30-3/generated/deployment/istio-system/istiod-1-30-3.yaml";
    private const string OtherSurge = """{"spec":{"strategy":{"rollingUpdate":{"maxSurge":7}}}}""";
    private const string Surge = "  spec.strategy.rollingUpdate.maxSurge\n    Git:     100%\n    cluster: 7\n    by kubectl-edit (Update), 20";

    [Theory]
    [InlineData("auto")]
    [InlineData("dry-run")]
    [InlineData("fields")]
    public async Task Clusters_that_are_what_Git_says_have_no_drift(string how)
    {
        await using var fixture = await DriftFixture.StartAsync();
        var outcome = await fixture.RunAsync("--compare", how);
        Assert.Matches("^2 clusters, [0-9]+ objects: no drift", outcome.Output);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("fields")]
    public async Task What_others_did_to_a_cluster_is_told_by_object_and_field(string how)
    {
        await using var fixture = await DriftFixture.StartAsync();
        var eu = fixture.Eu;
        Patch(eu, "apps/v1", "Deployment", "istio-system", Istiod, """{"spec":{"template":{"spec":{"containers":[{"name":"discovery","image":"evil.example/pilot:1"},{"name":"extra","image":"a"}]}}}}""", "kubectl-patch");
        eu.Delete(eu.Type("v1", "ServiceAccount"), "istio-system", "istio-reader-service-account", DeleteOptions.Default);
        DriftFixture.Apply(eu, ConfigMap("old", "istio.io/rev: 1-28-0"), "kubectl", "");
        DriftFixture.Apply(eu, ConfigMap("pruned", "a: b"), DriftFixture.Flux, "istio-active");
        DriftFixture.Apply(eu, ConfigMap("foreign", "istio.io/rev: x"), DriftFixture.Flux, "apps");
        DriftFixture.Apply(eu, ConfigMap("plain", "a: b"), "kubectl", "");
        var outcome = await fixture.RunAsync("--compare", how);
        Assert.Equal((1, ""), (outcome.Code, outcome.Error));
        Assert.Contains($"eu: Deployment istio-system/{Istiod} differs from clusters/eu/istio-system/{IstiodFile}:1:1\n", outcome.Output, StringComparison.Ordinal);
        Assert.Matches(@"  spec\.template\.spec\.containers\[name=discovery\]\.image\n    Git:     \S+/pilot:1\.30\.3-distroless\n    cluster: evil\.example/pilot:1\n    by kubectl-patch \(Update\), 20", outcome.Output);
        Assert.Matches(@"  spec\.template\.spec\.containers\[name=extra\]\n    Git:     \(nothing\)\n    cluster: image: a\n(.*\n)+    by kubectl-patch", outcome.Output);
        Assert.Contains("eu: ServiceAccount istio-system/istio-reader-service-account of clusters/eu/istio-system/common/serviceaccount/istio-system/istio-reader-service-account.yaml:1:1 is missing\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("eu: ConfigMap istio-system/old is left over: Istio's label istio.io/rev=1-28-0 is on it\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("eu: ConfigMap istio-system/pruned is left over: Flux's Kustomization istio-active applied it\n", outcome.Output, StringComparison.Ordinal);
        Assert.Matches("2 clusters, [0-9]+ objects: 1 missing, 1 differs, 2 left over", outcome.Output);
        Assert.DoesNotContain("us:", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fields_of_others_are_counted_and_listed_when_asked_for()
    {
        await using var fixture = await DriftFixture.StartAsync();
        var eu = fixture.Eu;
        foreach (var hook in (string[])["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"])
        {
            var type = eu.Type("admissionregistration.k8s.io/v1", hook);
            foreach (var one in eu.Store.Read(type.Key).Items)
            {
                var json = one.ToJson();
                foreach (var webhook in json["webhooks"]!.AsArray()) webhook!["clientConfig"]!["caBundle"] = "QUFBQQ==";
                eu.Update(type, "", one.Name, json, new WriteOptions { Manager = "pilot-discovery" });
            }
        }
        Patch(eu, "apps/v1", "Deployment", "istio-system", Istiod, """{"spec":{"template":{"metadata":{"annotations":{"kubectl.kubernetes.io/restartedAt":"now"}}}}}""", "kubectl-rollout");
        fixture.Edit(IstiodFile, "  strategy:\n", "  replicas: 3\n  strategy:\n");
        var quiet = await fixture.RunAsync("--cluster", "eu");
        Assert.Equal((0, ""), (quiet.Code, quiet.Error));
        Assert.Matches(@"^1 cluster, [0-9]+ objects: no drift; 1 field belongs to others \(--all lists them\)\n$", quiet.Output);
        var loud = await fixture.RunAsync("--cluster", "eu", "--all");
        Assert.Contains("  spec.replicas: a HorizontalPodAutoscaler sets it\n    Git:     3\n    cluster: 1\n", loud.Output, StringComparison.Ordinal);
        eu.Delete(eu.Type("autoscaling/v2", "HorizontalPodAutoscaler"), "istio-system", Istiod, DeleteOptions.Default);
        Assert.Contains("  spec.replicas\n", (await fixture.RunAsync("--cluster", "eu")).Output, StringComparison.Ordinal);
    }

    [KubectlFact]
    public async Task An_edit_with_kubectl_is_told_with_its_manager_and_its_field()
    {
        await using var fixture = await DriftFixture.StartAsync();
        await KubectlAsync(fixture, "edit", "deployment", Istiod, "-n", "istio-system");
        await KubectlAsync(fixture, "patch", "service", "istiod-1-30-3", "-n", "istio-system", "-p", """{"spec":{"ports":[{"port":443,"targetPort":15999}]}}""");
        var outcome = await fixture.RunAsync("--cluster", "eu");
        Assert.Equal((1, ""), (outcome.Code, outcome.Error));
        Assert.Matches($@"eu: Deployment istio-system/{Istiod} differs from .*\n  spec\.strategy\.rollingUpdate\.maxSurge\n    Git:     100%\n    cluster: 50%\n    by kubectl-edit \(Update\), 20", outcome.Output);
        Assert.Matches(@"eu: Service istio-system/istiod-1-30-3 differs from .*\n  spec\.ports\[.*443.*\]\.targetPort\n    Git:     15017\n    cluster: 15999\n    by kubectl-patch \(Update\), 20", outcome.Output);
    }

    [Fact]
    public async Task Json_fits_its_schema_and_markdown_says_the_same()
    {
        await using var fixture = await DriftFixture.StartAsync();
        Patch(fixture.Eu, "apps/v1", "Deployment", "istio-system", Istiod, OtherSurge, "kubectl-edit");
        fixture.Us.Faults.Add(new ScheduledFault(new Fault.Refuse(401)));
        var outcome = await fixture.RunAsync("--output", "json");
        Assert.Equal(1, outcome.Code);
        var clusters = PublishedSchema.AssertFits("drift", outcome.Output).GetProperty("clusters");
        var finding = clusters[0].GetProperty("findings").EnumerateArray().Single(one => one.GetProperty("kind").GetString() == "differs");
        var changed = finding.GetProperty("fields").EnumerateArray().Single(one => one.GetProperty("owner").ValueKind == JsonValueKind.Null);
        Assert.Equal(("spec.strategy.rollingUpdate.maxSurge", "100%", 7, "kubectl-edit"), (changed.GetProperty("path").GetString(), changed.GetProperty("git").GetString(), changed.GetProperty("live").GetInt32(), changed.GetProperty("author").GetProperty("manager").GetString()));
        Assert.NotNull(clusters[1].GetProperty("problem").GetString());
        var markdown = (await fixture.RunAsync("--output", "markdown")).Output;
        Assert.Contains("`spec.strategy.rollingUpdate.maxSurge`: `100%` in Git, `7` in the cluster, by kubectl-edit (Update)", markdown, StringComparison.Ordinal);
        Assert.Contains("### us\n\n- unknown: ", markdown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_is_unknown_and_the_others_are_compared()
    {
        await using var fixture = await DriftFixture.StartAsync();
        fixture.Us.Faults.Add(new ScheduledFault(new Fault.Silence()));
        var outcome = await fixture.RunAsync("--timeout", "8");
        Assert.Equal(3, outcome.Code);
        Assert.Contains("us gave no complete answer within 8 s", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("no drift", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("nothing is known of 1 cluster", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_leave_for_a_dry_run_fields_are_compared_and_that_is_said_once()
    {
        await using var fixture = await DriftFixture.StartAsync();
        Patch(fixture.Eu, "apps/v1", "Deployment", "istio-system", Istiod, OtherSurge, "kubectl-edit");
        fixture.Eu.Faults.Add(new ScheduledFault(new Fault.Refuse(403)) { Verb = "patch" });
        var outcome = await fixture.RunAsync("--cluster", "eu");
        Assert.Equal(1, outcome.Code);
        Assert.Contains(Surge, outcome.Output, StringComparison.Ordinal);
        Assert.Single(outcome.Output.Split('\n'), line => line.StartsWith("eu: fields were compared, because a dry run is not allowed", StringComparison.Ordinal));
        var strict = await fixture.RunAsync("--cluster", "eu", "--compare", "dry-run");
        Assert.Equal(3, strict.Code);
        Assert.Matches("[0-9]+ unknown", strict.Output);
    }

    [Fact]
    public async Task What_the_server_would_not_take_is_told_in_its_words()
    {
        await using var fixture = await DriftFixture.StartAsync();
        fixture.Edit(IstiodFile, "  strategy:\n", "  minReadySeconds: many\n  strategy:\n");
        fixture.Eu.Admission.Add(request =>
        {
            if (request.Name == "istio-reader-service-account") throw new ApiException(403, "Forbidden", "admission webhook \"policy.example\" denied the request: no readers");
            if (request.Name == "istio-1-30-3") throw ApiErrors.BadRequest("admission webhook \"old.example\" does not support dry run");
        });
        var outcome = await fixture.RunAsync("--cluster", "eu");
        Assert.Equal(1, outcome.Code);
        Assert.Matches($"eu: Deployment istio-system/{Istiod} cannot be as .* says: .*minReadySeconds", outcome.Output);
        Assert.Matches("eu: ServiceAccount istio-system/istio-reader-service-account cannot be as .* says: admission webhook \"policy.example\" denied the request: no readers", outcome.Output);
        Assert.Contains("eu: fields of 1 object were compared, because a dry run failed: admission webhook \"old.example\" does not support dry run", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Into_an_empty_cluster_everything_is_missing_and_what_it_does_not_serve_is_unknown()
    {
        await using var fixture = await DriftFixture.StartAsync(deliverer: null);
        var crds = Directory.GetFiles(fixture.File("common/customresourcedefinition"));
        fixture.Checkout.Write("clusters/eu/istio-system/1-30-3/mine.yaml", "apiVersion: networking.istio.io/v1\nkind: EnvoyFilter\nmetadata: { name: mine, namespace: istio-system }\n");
        Assert.True(crds.Length > 3);
        var unlisted = await fixture.RunAsync("--cluster", "eu");
        Assert.DoesNotContain("mine.yaml", unlisted.Output, StringComparison.Ordinal);
        fixture.Edit("1-30-3/kustomization.yaml", "resources:", "resources:\n- mine.yaml\n- gone.yaml");
        var outcome = await fixture.RunAsync("--cluster", "eu");
        Assert.Equal(1, outcome.Code);
        Assert.Matches("eu: EnvoyFilter.networking.istio.io istio-system/mine of .* is unknown: the cluster does not serve EnvoyFilter of networking.istio.io/v1: its CRD is not installed", outcome.Output);
        Assert.Matches($"eu: Deployment istio-system/{Istiod} of .* is missing: namespaces \"istio-system\" not found", outcome.Output);
        Assert.Contains("it names 1-30-3/gone.yaml, which is not there", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_being_deleted_is_missing()
    {
        await using var fixture = await DriftFixture.StartAsync();
        Patch(fixture.Eu, "apps/v1", "Deployment", "istio-system", Istiod, """{"metadata":{"finalizers":["example.com/hold"]}}""", "x");
        fixture.Eu.Delete(fixture.Eu.Type("apps/v1", "Deployment"), "istio-system", Istiod, DeleteOptions.Default);
        Assert.Matches($"eu: Deployment istio-system/{Istiod} of .* is missing: it is being deleted", (await fixture.RunAsync("--cluster", "eu")).Output);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_leaves_the_rest_compared_and_nothing_left_over()
    {
        await using var fixture = await DriftFixture.StartAsync();
        fixture.Edit(IstiodFile, "  strategy:\n", "  minReadySeconds: [\n  strategy:\n");
        var outcome = await fixture.RunAsync("--cluster", "eu");
        Assert.Equal(3, outcome.Code);
        Assert.Contains($"eu: not read: clusters/eu/istio-system/{IstiodFile}:", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("no drift in what could be read", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kind_that_may_not_be_listed_is_unknown()
    {
        await using var fixture = await DriftFixture.StartAsync();
        fixture.Eu.Faults.Add(new ScheduledFault(new Fault.Refuse(403)) { Verb = "list", Resource = "configmaps" });
        var outcome = await fixture.RunAsync("--cluster", "eu");
        Assert.Equal(3, outcome.Code);
        Assert.Matches("eu: ConfigMap istio-system/istio-1-30-3 of .* is unknown: .*list configmaps", outcome.Output);
    }

    [Fact]
    public async Task A_cluster_without_a_folder_is_unknown_and_a_commit_is_compared_without_a_checkout()
    {
        await using var fixture = await DriftFixture.StartAsync();
        var repository = await TestCommitAsync(fixture);
        fixture.Edit(IstiodFile, "maxSurge: 100%", "maxSurge: 50%");
        Assert.Equal(1, (await fixture.RunAsync("--cluster", "eu")).Code);
        var outcome = await fixture.RunAsync("--cluster", "eu", "--revision", "HEAD");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Directory.Delete(fixture.Checkout["clusters/us"], recursive: true);
        var gone = await fixture.RunAsync("--cluster", "us");
        Assert.Equal(3, gone.Code);
        Assert.Contains("there is no folder clusters/us/istio-system", gone.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await fixture.RunAsync("--cluster", "us", "--revision", repository)).Code);
    }

    [Fact]
    public async Task Any_manifests_are_held_against_a_context_and_a_Secret_is_never_shown()
    {
        await using var mesh = await SimulatedMesh.StartBareAsync("eu");
        using var folder = new TempFolder();
        folder.Write("a.yaml", "apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData: { password: hunter2, same: same }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { a: b }\n");
        DriftFixture.Apply(mesh.Clusters[0], "apiVersion: v1\nkind: Secret\nmetadata: { name: s, namespace: default }\ndata: { password: b3RoZXI=, same: c2FtZQ== }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: c, namespace: default }\ndata: { a: b }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: other, namespace: default, labels: { istio.io/rev: x } }\n", "kubectl", "");
        foreach (var how in (string[])["auto", "fields"])
        {
            var outcome = await DriftFixture.RunAsync(mesh.Kubeconfig, folder["a.yaml"], "--context", "eu", "--compare", how);
            Assert.Equal((1, ""), (outcome.Code, outcome.Error));
            Assert.Contains("eu: Secret default/s differs from ", outcome.Output, StringComparison.Ordinal);
            Assert.Contains("  data.password\n    the values of a Secret are not shown\n    by kubectl (Apply)", outcome.Output, StringComparison.Ordinal);
            Assert.Contains("1 cluster, 2 objects: 1 differs", outcome.Output, StringComparison.Ordinal);
            foreach (var format in (string[])["text", "json", "markdown"])
                Assert.DoesNotMatch("hunter2|aHVudGVyMg|b3RoZXI|data.same", (await DriftFixture.RunAsync(mesh.Kubeconfig, folder["a.yaml"], "--context", "eu", "--compare", how, "--all", "--output", format)).Output);
        }
    }

    [Fact]
    public async Task Odd_manifests_are_told_and_the_others_compared()
    {
        await using var mesh = await SimulatedMesh.StartBareAsync("eu");
        using var folder = new TempFolder();
        folder.Write("odd.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a/b }\n---\nkind: List\napiVersion: v1\nitems: [{ apiVersion: v1, kind: ConfigMap, metadata: { name: x }, data: { a: 1 } }]\n---\n- 1\n---\nno: object\n---\n{{ template }}\n");
        var outcome = await DriftFixture.RunAsync(mesh.Kubeconfig, folder["odd.yaml"], "--context", "eu");
        Assert.Equal((1, ""), (outcome.Code, outcome.Error));
        Assert.Contains("'a/b' cannot be the name of an object", outcome.Output, StringComparison.Ordinal);
        Assert.Matches("eu: ConfigMap default/x of .* is missing: .*data.a", outcome.Output);
        Assert.Matches("eu: not read: .*odd.yaml:13:2: ", outcome.Output);
        folder.Write("none.yaml", "no: object\n");
        Assert.Contains("there is no Kubernetes object in", (await DriftFixture.RunAsync(mesh.Kubeconfig, folder["none.yaml"])).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { "--context", "nowhere" }, 2, "no cluster of ")]
    [InlineData(new[] { "--cluster", "nowhere" }, 2, "there is no cluster 'nowhere'")]
    [InlineData(new[] { "--timeout", "0" }, 2, "--timeout takes a number of seconds")]
    [InlineData(new[] { "--compare", "guess" }, 2, "--compare cannot be 'guess'; it is one of auto, dry-run, fields")]
    [InlineData(new[] { "nowhere.yaml" }, 2, "there is no nowhere.yaml")]
    [InlineData(new[] { "a.yaml", "--revision", "HEAD" }, 2, "--revision goes with the folders of meshlift.yaml")]
    [InlineData(new[] { "--bogus" }, 2, "there is no option '--bogus'")]
    public async Task What_makes_no_sense_says_so(string[] arguments, int code, string message)
    {
        using var folder = new TempFolder();
        folder.Write("meshlift.yaml", Workspace.Mesh().Replace("name: eu,", "name: eu, context: eu,", StringComparison.Ordinal));
        folder.Write("kubeconfig", "apiVersion: v1\nkind: Config\n");
        var outcome = await DriftFixture.RunAsync(folder["kubeconfig"], [.. arguments, "--config", folder["meshlift.yaml"]]);
        Assert.Equal(code, outcome.Code);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_document_shows_what_is_printed()
    {
        await using var fixture = await DriftFixture.StartAsync();
        var eu = fixture.Eu;
        Patch(eu, "apps/v1", "Deployment", "istio-system", Istiod, """{"spec":{"strategy":{"rollingUpdate":{"maxSurge":"50%"}},"template":{"spec":{"containers":[{"name":"debug","image":"busybox"}]}}}}""", "kubectl-edit");
        var config = eu.Get(eu.Type("v1", "ConfigMap"), "istio-system", "istio-1-30-3").ToJson();
        config["data"]!["mesh"] = config["data"]!["mesh"]!.GetValue<string>().Replace("trustDomain: cluster.local", "trustDomain: old.example", StringComparison.Ordinal);
        eu.Update(eu.Type("v1", "ConfigMap"), "istio-system", "istio-1-30-3", config, new WriteOptions { Manager = "kubectl-client-side-apply" });
        eu.Delete(eu.Type("policy/v1", "PodDisruptionBudget"), "istio-system", Istiod, DeleteOptions.Default);
        DriftFixture.Apply(eu, ConfigMap("istio-1-28-2", "istio.io/rev: 1-28-2"), "kubectl", "");
        fixture.Edit(IstiodFile, "  strategy:\n", "  replicas: 3\n  strategy:\n");
        var printed = Regex.Replace((await fixture.RunAsync()).Output, @"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "2026-11-20T09:30:00Z");
        const string command = "$ meshlift drift\n";
        var document = Path.Combine(Root(), "docs", "drift.md");
        var written = await File.ReadAllTextAsync(document);
        var start = written.IndexOf(command, StringComparison.Ordinal) + command.Length;
        var shown = written[..start] + printed + written[written.IndexOf("```", start, StringComparison.Ordinal)..];
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") await File.WriteAllTextAsync(document, shown);
        else Assert.Equal(written, shown);
        // What the README shows is a part of it.
        var readme = await File.ReadAllTextAsync(Path.Combine(Root(), "README.md"));
        foreach (var line in readme[readme.IndexOf(command, StringComparison.Ordinal)..].Split('\n')[1..6]) Assert.Contains(line.Trim(), printed, StringComparison.Ordinal);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Meshlift.slnx"))) folder = folder.Parent;
        return folder.FullName;
    }

    private static void Patch(SimulatedCluster cluster, string apiVersion, string kind, string space, string name, string patch, string manager) =>
        cluster.Patch(cluster.Type(apiVersion, kind), space, name, cluster.Type(apiVersion, kind) is ResourceType { IsBuiltIn: true } ? PatchKind.Strategic : PatchKind.Merge, JsonNode.Parse(patch), new WriteOptions { Manager = manager });

    private static string ConfigMap(string name, string label) => $$"""
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: {{name}}, namespace: istio-system, labels: { {{label}} } }
        """;

    private static async Task<string> TestCommitAsync(DriftFixture fixture)
    {
        foreach (var arguments in (string[][])[["init", "-q", "-b", "main"], ["add", "--all"], ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgSign=false", "commit", "-qm", "x"]])
            await StartAsync("git", fixture.Checkout.Root, [], arguments);
        return "main";
    }

    /// <summary>The real kubectl, with an editor that sets the replicas.</summary>
    private static Task KubectlAsync(DriftFixture fixture, params string[] arguments) => StartAsync(
        Kubectl.Program!, fixture.Checkout.Root, [("KUBECONFIG", fixture.Mesh.Kubeconfig), ("HOME", fixture.Mesh.Folder), ("KUBE_EDITOR", "sed -i s/maxSurge:.100%/maxSurge:\\ 50%/")], [.. arguments, "--context", "eu"]);

    private static async Task StartAsync(string program, string folder, (string Key, string Value)[] environment, string[] arguments)
    {
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = folder };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (key, value) in environment) start.Environment[key] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await output + error);
    }
}
