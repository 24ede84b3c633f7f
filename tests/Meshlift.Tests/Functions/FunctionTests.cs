using System.Collections.Immutable;
using System.Text;
using Meshlift.Adapters.Functions;
using Meshlift.Core;
using Meshlift.Core.Classifying;
using Meshlift.Core.Configuration;
using Meshlift.Core.Findings;
using Meshlift.Core.Manifests;
using Meshlift.Core.Mutating;
using Meshlift.Core.Versions;
using Meshlift.Engine.Rendering;
using Meshlift.Yaml;

namespace Meshlift.Tests.Functions;

/// <summary>Real programs as KRM functions. They are shell scripts that edit the list as a text, so what they read is what they would read.</summary>
public sealed class FunctionTests : IDisposable
{
    private const string Stream = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: istiod-1-30-3, namespace: istio-system, annotations: null }
        spec: { replicas: 1 }
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: { name: istio-reader-service-account, namespace: istio-system }
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: istio-1-30-3, namespace: istio-system, annotations: { config.kubernetes.io/path: mine } }
        data: { mesh: "a: 1\n" }
        """;

    private const string NewItem = """
        - apiVersion: v1
          kind: ConfigMap
          metadata:
            name: added-1-30-3
            namespace: istio-system
        """;

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task A_function_changes_what_its_target_matches_and_nothing_else()
    {
        var mutated = await RunAsync("cat | sed 's/replicas: 1/replicas: 3/; s/a: 1/a: 2/'", "target: { kind: Deployment }, ");
        Assert.Equal("3", ((YamlScalar)((YamlMapping)Find(mutated, "Deployment").Root["spec"]!)["replicas"]!).Value);
        Assert.Equal("a: 1\n", ((YamlScalar)((YamlMapping)Find(mutated, "ConfigMap").Root["data"]!)["mesh"]!).Value);
        Assert.Empty(mutated.Findings);
    }

    [Fact]
    public async Task A_function_that_only_copies_changes_nothing()
    {
        var before = Rendering();
        var after = (await RunAsync("cat")).Resources;
        Assert.Equal(before.Select(Yaml), after.Select(Yaml));
        Assert.Equal(before.Select(one => one.Class), after.Select(one => one.Class));
    }

    [Fact]
    public async Task It_reads_its_configuration_its_arguments_the_file_of_each_item_and_a_clean_environment()
    {
        Environment.SetEnvironmentVariable("MESHLIFT_TEST_SECRET", "hidden");
        var mutated = await RunAsync(
            """
            cat > input.yaml
            printf '%s|' "$@" > arguments; pwd > folder; env > environment
            cat input.yaml
            """,
            "args: [--level, 'a b; exit 3', '$HOME'], config: { apiVersion: v1, kind: ConfigMap, data: { price: \"7\" } }, ");
        Assert.Equal(3, mutated.Resources.Length);
        var input = await File.ReadAllTextAsync(_folder["input.yaml"]);
        Assert.StartsWith("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig:\n  apiVersion: v1\n  data:\n    price: \"7\"\n  kind: ConfigMap\nitems:\n", input, StringComparison.Ordinal);
        Assert.Contains("internal.config.kubernetes.io/path: generated/deployment/istio-system/istiod-1-30-3.yaml\n", input, StringComparison.Ordinal);
        Assert.Contains("internal.config.kubernetes.io/path: common/serviceaccount/istio-system/istio-reader-service-account.yaml\n", input, StringComparison.Ordinal);
        Assert.Equal("--level|a b; exit 3|$HOME|", await File.ReadAllTextAsync(_folder["arguments"]));
        Assert.Equal(Path.GetFileName(_folder.Path), Path.GetFileName((await File.ReadAllTextAsync(_folder["folder"])).TrimEnd()));
        Assert.DoesNotContain("MESHLIFT_TEST_SECRET", await File.ReadAllTextAsync(_folder["environment"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_configuration_there_is_no_functionConfig()
    {
        await RunAsync("tee input.yaml");
        Assert.DoesNotContain("functionConfig", await File.ReadAllTextAsync(_folder["input.yaml"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resources_that_are_added_are_classified_and_those_left_out_are_gone()
    {
        var added = await RunAsync($"cat; cat <<'END'\n{NewItem}\nEND");
        Assert.Equal(ResourceClass.PerRevision, added.Resources.Single(one => one.Resource.Identity.Name == "added-1-30-3").Class.Class);
        Assert.Equal(added.Resources.OrderBy(one => one.Resource.Identity), added.Resources);
        var removed = await RunAsync("echo '{\"apiVersion\": \"config.kubernetes.io/v1\", \"kind\": \"ResourceList\", \"items\": []}'", "target: { kind: ConfigMap }, ");
        Assert.Equal(["Deployment", "ServiceAccount"], removed.Resources.Select(one => one.Resource.Identity.Kind).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_copy_of_an_item_under_another_name_is_a_new_resource()
    {
        var mutated = await RunAsync("cat > in; cat in; sed -n '/^- apiVersion: v1/,$p' in | sed '/^- apiVersion: v1/,/^- apiVersion: apps/!d' | sed '/apps.v1/,$d; s/name: istio-1-30-3/name: other-1-30-3/'", "target: { kind: ConfigMap }, ");
        Assert.Equal(4, mutated.Resources.Length);
        var copy = mutated.Resources.Single(one => one.Resource.Identity.Name == "other-1-30-3").Resource;
        Assert.Null(copy.Annotation("internal.config.kubernetes.io/id"));
    }

    [Theory]
    [InlineData("sed 's/name: istiod-1-30-3/name: other/'", "it makes Deployment istio-system/other of Deployment istio-system/istiod-1-30-3")]
    [InlineData("sed 's/namespace: istio-system/namespace: elsewhere/'", "it makes ")]
    [InlineData("cat > in; cat in; sed -n '/^- /,$p' in", "its output holds ")]
    [InlineData("cat >/dev/null; echo hello", "its output is no ResourceList of config.kubernetes.io")]
    [InlineData("cat >/dev/null; echo 'a: b: c'", "its output is no YAML: 1:")]
    [InlineData("cat >/dev/null", "its output is no ResourceList of config.kubernetes.io")]
    [InlineData("cat >/dev/null; echo '{apiVersion: config.kubernetes.io/v1, kind: ResourceList}'", "its output has no list of items")]
    [InlineData("cat >/dev/null; echo '{apiVersion: config.kubernetes.io/v1, kind: ResourceList, items: [{ kind: X }]}'", "items[0] of its output is no Kubernetes object")]
    [InlineData("cat; echo 'results: [ { severity: bad, message: x } ]'", "a result in its output has the severity 'bad'")]
    [InlineData("cat; echo 'results: [ { severity: info } ]'", "a result in its output has no message")]
    public async Task What_a_function_must_not_do_is_refused(string script, string expected)
    {
        var error = await Assert.ThrowsAsync<UserException>(() => RunAsync(script));
        Assert.StartsWith($"spec.mutate[0]: the function istio/functions/one: {expected}", error.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorKind.Input, error.Kind);
    }

    [Fact]
    public async Task A_resource_that_was_kept_from_it_cannot_be_added()
    {
        var error = await Assert.ThrowsAsync<UserException>(() => RunAsync($"cat; cat <<'END'\n{NewItem.Replace("added-1-30-3", "istio-1-30-3", StringComparison.Ordinal)}\nEND", "target: { kind: Deployment }, "));
        Assert.Equal("spec.mutate[0]: the function istio/functions/one: it adds ConfigMap istio-system/istio-1-30-3, which is there already", error.Message);
    }

    [Fact]
    public async Task Results_are_findings_with_their_severity_and_subject()
    {
        var mutated = await RunAsync("""
            cat
            cat <<'END'
            results:
            - { severity: info, message: "costs were\n added" }
            - severity: warning
              message: no owner
              resourceRef: { apiVersion: apps/v1, kind: Deployment, namespace: istio-system, name: istiod-1-30-3 }
              field: { path: metadata.labels.team, currentValue: null }
            - { severity: warning, message: odd, file: { path: generated/x.yaml } }
            END
            """);
        Assert.Equal(
            [
                new Finding("ML1030", Severity.Note, "costs were added", "spec.mutate[0]"),
                new Finding("ML1030", Severity.Warning, "no owner", "spec.mutate[0]: Deployment istio-system/istiod-1-30-3: metadata.labels.team"),
                new Finding("ML1030", Severity.Warning, "odd", "spec.mutate[0]: generated/x.yaml"),
            ],
            mutated.Findings.ToArray());
    }

    [Theory]
    [InlineData("{ severity: error, message: too dear }"), InlineData("{ message: too dear }")]
    public async Task A_result_that_is_an_error_stops_the_rendering(string result)
    {
        var error = await Assert.ThrowsAsync<UserException>(() => RunAsync($"cat; echo 'results: [ {result} ]'"));
        Assert.Equal((ErrorKind.Refused, "spec.mutate[0]: the function istio/functions/one says no\n  error too dear"), (error.Kind, error.Message));
    }

    [Fact]
    public async Task A_function_that_fails_is_told_with_its_exit_code_its_words_and_its_results()
    {
        var error = await Assert.ThrowsAsync<UserException>(() => RunAsync("cat; echo 'results: [ { message: no price } ]'; echo 'cannot reach the list' >&2; exit 7"));
        Assert.Equal("spec.mutate[0]: the function istio/functions/one: 'one' failed with exit code 7: cannot reach the list\n  error no price", error.Message);
        var silent = await Assert.ThrowsAsync<UserException>(() => RunAsync("exit 1"));
        Assert.Equal("spec.mutate[0]: the function istio/functions/one: 'one' failed with exit code 1", silent.Message);
    }

    [Fact]
    public async Task A_function_that_hangs_is_stopped()
    {
        var error = await Assert.ThrowsAsync<UserException>(() => RunAsync("sleep 600 & wait", "timeout: 1s, "));
        Assert.Contains("did not end within 1 s and was stopped", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_that_writes_without_end_is_stopped()
    {
        var error = await Assert.ThrowsAsync<UserException>(() => RunAsync("yes"));
        Assert.Contains("bytes of output and was stopped", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_missing_or_no_program_is_named()
    {
        var missing = await Assert.ThrowsAsync<UserException>(() => MutateAsync("[{ function: { exec: istio/functions/none } }]"));
        Assert.Equal("spec.mutate[0]: the function istio/functions/none is not there", missing.Message);
        _folder.Write("istio/functions/text", "#!/bin/sh\ncat\n");
        var text = await Assert.ThrowsAsync<UserException>(() => MutateAsync("[{ function: { exec: istio/functions/text } }]"));
        Assert.Equal(("spec.mutate[0]: the function istio/functions/text may not be executed", "run 'chmod +x istio/functions/text', and commit that"), (text.Message, text.Remedy));
    }

    [Fact]
    public async Task A_link_that_leads_out_of_the_repository_is_refused()
    {
        using var outside = new TempFolder();
        var program = outside.WriteProgram("cat", "#!/bin/sh\ncat\n");
        Directory.CreateDirectory(_folder["istio/functions"]);
        File.CreateSymbolicLink(_folder["istio/functions/link"], program);
        var error = await Assert.ThrowsAsync<UserException>(() => MutateAsync("[{ function: { exec: istio/functions/link } }]"));
        Assert.Equal((ErrorKind.Refused, "spec.mutate[0]: the function istio/functions/link is a link that leads out of the repository"), (error.Kind, error.Message));
    }

    [Fact]
    public async Task Functions_and_other_mutations_run_in_their_order()
    {
        _folder.WriteProgram("istio/functions/one", "#!/bin/sh\nsed 's/replicas: 2/replicas: 3/'\n");
        var mutated = await MutateAsync("[{ set: { target: { kind: Deployment }, path: spec.replicas, value: 2 } }, { function: { exec: istio/functions/one } }, { labels: { seen: \"yes\" } }]");
        Assert.Equal("3", ((YamlScalar)((YamlMapping)Find(mutated, "Deployment").Root["spec"]!)["replicas"]!).Value);
        Assert.Equal("yes", Find(mutated, "Deployment").Label("seen"));
    }

    [Theory]
    [InlineData("config: 7", "a function is configured by a Kubernetes object"), InlineData("config: { a: b }", "a function is configured by a Kubernetes object"), InlineData("timeout: 0s", "more time than none")]
    public void A_configuration_that_no_function_could_read_is_refused(string key, string expected) =>
        Assert.Contains(expected, Assert.Throws<UserException>(() => Mesh($"[{{ function: {{ exec: x, {key} }} }}]")).Message, StringComparison.Ordinal);

    private async Task<Mutated> RunAsync(string script, string more = "")
    {
        _folder.WriteProgram("istio/functions/one", $"#!/bin/sh\n{script}\n");
        return await MutateAsync($"[{{ function: {{ {more}exec: ./istio/functions/one }} }}]");
    }

    private Task<Mutated> MutateAsync(string mutations) =>
        new MutationRun(new FunctionProgram(TimeProvider.System), _folder.Path).RunAsync(Rendering(), Mesh(mutations).Spec.Mutate, RevisionName.Parse("1-30-3"), default);

    private static Mesh Mesh(string mutations) => MeshFile.Read(Encoding.UTF8.GetBytes($$"""
        apiVersion: meshlift.dev/v1alpha1
        kind: Mesh
        metadata: { name: test }
        spec:
          istio: { versions: "*", renderer: manifests, manifests: all.yaml }
          layout: { engine: plain }
          environments: [{ name: testing, clusters: [{ name: testing, path: clusters/testing }] }]
          mutate: {{mutations}}
        """), "meshlift.yaml");

    private static ImmutableArray<ClassifiedResource> Rendering() =>
        ClassifiedResource.Of(ManifestSet.Create(ManifestStream.Split(Encoding.UTF8.GetBytes(Stream), "all.yaml")), RevisionName.Parse("1-30-3"));

    private static Resource Find(Mutated mutated, string kind) => mutated.Resources.Single(one => one.Resource.Identity.Kind == kind).Resource;

    private static string Yaml(ClassifiedResource one) => Encoding.UTF8.GetString(one.Resource.ToCanonicalYaml().Span);

    public void Dispose() => _folder.Dispose();
}
