using Meshlift.Tests.CommandLine;
using Meshlift.Tests.Releases;

namespace Meshlift.Tests.Checks;

/// <summary>Real programs as checks.</summary>
public sealed class CheckFunctionsTests : IAsyncLifetime, IDisposable
{
    private const string Manifests = """
        apiVersion: v1
        kind: List
        items:
          - apiVersion: apps/v1
            kind: Deployment
            metadata: { name: web, namespace: shop }
            spec:
              replicas: 300
        ---
        apiVersion: v1
        kind: Service
        metadata: { name: web, namespace: shop, annotations: { config.kubernetes.io/path: mine } }
        """;

    private readonly TempFolder _folder = new();
    private Workspace _workspace = null!;

    public async Task InitializeAsync()
    {
        _workspace = await Workspace.CreateAsync(at: _folder["platform"]);
        _workspace.Write("meshlift.yaml", Workspace.Mesh() + "  checks:\n    functions: [{ name: costs, exec: costs, paths: [apps/] }]\n");
        _workspace.Write("apps/web.yaml", Manifests);
    }

    public void Dispose() => _folder.Dispose();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Results_stand_at_the_field_of_the_resource_under_the_functions_own_name()
    {
        var outcome = await RunAsync("""
            cat
            cat <<'END'
            results:
            - { message: too many, severity: warning, resourceRef: { apiVersion: apps/v1, kind: Deployment, name: web, namespace: shop }, field: { path: spec.replicas, proposedValue: 3 } }
            - { message: no namespace named, resourceRef: { apiVersion: v1, kind: Service, name: web }, field: { path: "metadata.annotations[config.kubernetes.io/path]" } }
            - { message: by file, severity: info, file: { path: apps/web.yaml, index: 1 } }
            - { message: of nothing }
            END
            """);
        Assert.Equal((1, ""), (outcome.Code, outcome.Error));
        Assert.Contains("""
            costs... Fail: 4 findings
              apps/web.yaml:8:17  warning costs  Deployment shop/web
                spec.replicas: too many
                help: write 3
              apps/web.yaml:10:1  error costs  Service shop/web
                metadata.annotations[config.kubernetes.io/path]: no namespace named
                help: see what the function 'costs' asks for
              apps/web.yaml:10:1  note costs  Service shop/web
                by file
                help: see what the function 'costs' asks for
              meshlift.yaml:17:17  error costs
                of nothing
            """, outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_that_finds_nothing_passes_and_is_in_every_output()
    {
        var outcome = await RunAsync("cat");
        Assert.Contains("costs... Pass\n", outcome.Output, StringComparison.Ordinal);
        PublishedSchema.AssertFits("check", (await MeshliftProcess.RunAsync(_workspace.Root, ["check", "apps", "-o", "json"])).Output);
    }

    [Fact]
    public async Task A_comment_silences_it_and_a_baseline_takes_it()
    {
        const string result = "cat\nprintf 'results: [{ message: too many, resourceRef: { apiVersion: apps/v1, kind: Deployment, name: web, namespace: shop }, field: { path: spec.replicas } }]\\n'";
        Assert.Contains("1 finding\n", (await RunAsync(result)).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await MeshliftProcess.RunAsync(_workspace.Root, ["check", "apps", "--write-baseline", "known.txt"])).Code);
        Assert.Contains("costs... Pass\n", (await MeshliftProcess.RunAsync(_workspace.Root, ["check", "apps", "--baseline", "known.txt"])).Output, StringComparison.Ordinal);
        _workspace.Write("apps/web.yaml", Manifests.Replace("300", "300 # meshlift:ignore costs it is the sale", StringComparison.Ordinal));
        Assert.EndsWith("0 findings, 1 silenced by comments\n", (await MeshliftProcess.RunAsync(_workspace.Root, ["check", "apps"])).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sed 's/replicas: 300/replicas: 3/'", "changes Deployment shop/web, and a check changes nothing")]
    [InlineData("printf 'apiVersion: config.kubernetes.io/v1\\nkind: ResourceList\\nitems: []\\n'", "removes Deployment shop/web, and a check changes nothing")]
    [InlineData("printf 'apiVersion: config.kubernetes.io/v1\\nkind: ResourceList\\n'", "its output has no list of items")]
    [InlineData("echo '['", "its output is no YAML")]
    [InlineData("echo broken >&2; exit 1", "failed with exit code 1: broken")]
    [InlineData("cat; printf 'results: [{ severity: fatal, message: x }]'", "has the severity 'fatal'")]
    public async Task A_function_that_does_something_else_is_an_error_and_the_rest_is_checked(string script, string message)
    {
        var outcome = await RunAsync(script);
        Assert.Equal(3, outcome.Code);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.Contains("not run: costs: the function failed\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("yaml... Pass\n", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_that_ends_with_an_exit_code_after_its_results_has_said_what_it_found()
    {
        var outcome = await RunAsync("cat; printf 'results: [{ message: no }]\\n'; exit 1");
        Assert.Equal(1, outcome.Code);
        Assert.Contains("costs... Fail: 1 finding\n", outcome.Output, StringComparison.Ordinal);
    }

    private async Task<Outcome> RunAsync(string script)
    {
        await Script.WriteAsync(_folder, "platform/costs", $"#!/bin/sh\n{script}\n");
        return await MeshliftProcess.RunAsync(_workspace.Root, ["check", "apps"]);
    }
}
