using System.CommandLine;
using Meshlift.CommandLine;
using Meshlift.Tests.CommandLine;
using Meshlift.Tests.Simulator.Clusters;

namespace Meshlift.Tests.Fleet;

/// <summary><c>meshlift simulate</c>, as a process that others point their tools at.</summary>
public sealed class SimulateCommandTests : IDisposable
{
    private const string Small = """
        apiVersion: meshlift.dev/v1alpha1
        kind: Fleet
        spec:
          speed: 20
          clusters:
            - name: eu
              istio: [{ version: 1.30.3, revision: 1-30-3 }]
              namespaces: [{ name: shop, labels: { istio.io/rev: 1-30-3 }, workloads: [{ name: web, replicas: 2 }] }]
        """;

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task A_fleet_is_served_until_it_is_stopped_and_leaves_nothing_behind()
    {
        File.WriteAllText(_folder["fleet.yaml"], Small);
        using var fleet = MeshliftProcess.Start(_folder.Path, ["simulate", "fleet.yaml", "--kubeconfig", "kubeconfig", "--output", "json", "--for", "5m"]);
        await AppearsAsync(fleet);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(_folder["kubeconfig"]) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        var status = await RunAsync("status", "--kubeconfig", _folder["kubeconfig"], "--workloads", "--all-contexts");
        Assert.Equal((0, ""), (status.Code, status.Error));
        Assert.Matches(@"eu +shop +deployment/web +1-30-3:2 +1-30-3 +2 +0", status.Output);
        var explained = await RunAsync("explain", "deployment/web", "-n", "shop", "--kubeconfig", _folder["kubeconfig"], "--all-contexts");
        Assert.Equal(0, explained.Code);
        Assert.Contains("1-30-3", explained.Output, StringComparison.Ordinal);
        await fleet.SignalAsync("INT");
        var end = await fleet.EndAsync();
        Assert.Equal((0, ""), (end.Code, end.Error));
        Assert.Equal(7, PublishedSchema.AssertFits("simulate", end.Output).GetProperty("clusters")[0].GetProperty("workloads").GetInt32());
        Assert.False(File.Exists(_folder["kubeconfig"]));
    }

    [KubectlFact]
    public async Task The_real_kubectl_restarts_a_workload_of_it()
    {
        File.WriteAllText(_folder["fleet.yaml"], Small);
        using var fleet = MeshliftProcess.Start(_folder.Path, ["simulate", "fleet.yaml", "--kubeconfig", "kubeconfig", "--for", "5m"]);
        await AppearsAsync(fleet);
        Assert.Equal("deployment.apps/web restarted\n", await KubectlAsync("rollout", "restart", "-n", "shop", "deployment/web"));
        Assert.EndsWith("successfully rolled out\n", await KubectlAsync("rollout", "status", "-n", "shop", "deployment/web", "--timeout=60s"), StringComparison.Ordinal);
        Assert.Matches(@"(?m)^web-\w+-\w+ +2/2 +Running", await KubectlAsync("get", "pods", "-n", "shop"));
        await fleet.SignalAsync("TERM");
        Assert.Equal(0, (await fleet.EndAsync()).Code);
    }

    [KubectlFact]
    public async Task What_is_committed_arrives_in_the_cluster()
    {
        Directory.CreateDirectory(_folder["repository"]);
        File.WriteAllText(_folder["repository/map.yaml"], "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: map, namespace: default }\ndata: { key: one }\n");
        await GitAsync("init", "--quiet", "--initial-branch=main");
        await CommitAsync();
        File.WriteAllText(_folder["fleet.yaml"], Small.Replace("name: eu", "name: eu\n      git: { repository: repository, paths: [.], interval: 5s }", StringComparison.Ordinal));
        using var fleet = MeshliftProcess.Start(_folder.Path, ["simulate", "fleet.yaml", "--kubeconfig", "kubeconfig", "--for", "5m"]);
        await AppearsAsync(fleet);
        Assert.Equal("one", await KubectlAsync("get", "configmap", "map", "-o", "jsonpath={.data.key}"));
        File.WriteAllText(_folder["repository/map.yaml"], File.ReadAllText(_folder["repository/map.yaml"]).Replace("one", "two", StringComparison.Ordinal));
        var commit = await CommitAsync();
        Assert.Equal("configmap/map condition met\n", await KubectlAsync("wait", "configmap/map", "--for=jsonpath={.data.key}=two", "--timeout=60s"));
        Assert.Matches($@"repository +\S+ +True +Applied revision: {commit}", await KubectlAsync("get", "kustomizations", "-n", "flux-system"));
        await fleet.SignalAsync("INT");
        Assert.Equal((0, ""), await fleet.EndAsync() is var end ? (end.Code, end.Error) : default);
    }

    [Fact]
    public async Task A_repository_that_is_not_there_is_told()
    {
        File.WriteAllText(_folder["fleet.yaml"], Small.Replace("name: eu", "name: eu\n      git: { repository: gone.git, paths: [apps] }", StringComparison.Ordinal));
        var outcome = await RunAsync("simulate", _folder["fleet.yaml"], "--kubeconfig", _folder["kubeconfig"]);
        Assert.Equal(3, outcome.Code);
        Assert.Contains("gone.git is no folder", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_ends_by_itself_after_the_time_that_was_given()
    {
        File.WriteAllText(_folder["fleet.yaml"], Small);
        var end = await MeshliftProcess.RunAsync(_folder.Path, ["simulate", "fleet.yaml", "--kubeconfig", "kubeconfig", "--for", "1s"]);
        Assert.Equal((0, "", false), (end.Code, end.Error, File.Exists(_folder["kubeconfig"])));
    }

    [Fact]
    public async Task The_example_is_printed()
    {
        var outcome = await RunAsync("simulate", "--example");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Contains("kind: Fleet", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kubeconfig_of_a_person_is_never_written_over()
    {
        File.WriteAllText(_folder["fleet.yaml"], Small);
        File.WriteAllText(_folder["config"], "apiVersion: v1\nkind: Config\n");
        var outcome = await RunAsync("simulate", _folder["fleet.yaml"], "--kubeconfig", _folder["config"]);
        Assert.Equal(4, outcome.Code);
        Assert.Contains("'meshlift simulate' did not write it", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("apiVersion: v1\nkind: Config\n", File.ReadAllText(_folder["config"]));
    }

    [Theory]
    [InlineData("simulate needs a fleet file", "simulate")]
    [InlineData("simulate needs --kubeconfig FILE", "simulate", "fleet.yaml")]
    [InlineData("--port takes a number", "simulate", "fleet.yaml", "--kubeconfig", "k", "--port", "70000")]
    [InlineData("there is no file", "simulate", "no-fleet.yaml", "--kubeconfig", "k")]
    [InlineData("is not a duration", "simulate", "fleet.yaml", "--kubeconfig", "k", "--for", "soon")]
    public async Task What_makes_no_sense_is_refused(string message, params string[] arguments)
    {
        var outcome = await RunAsync(arguments);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Waits for the kubeconfig, which is written last.</summary>
    private async Task AppearsAsync(MeshliftProcess fleet)
    {
        using var watcher = new FileSystemWatcher(_folder.Path) { EnableRaisingEvents = true };
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        watcher.Renamed += (_, change) => { if (change.Name == "kubeconfig") written.TrySetResult(); };
        if (File.Exists(_folder["kubeconfig"])) return;
        var first = await Task.WhenAny(written.Task, fleet.EndAsync());
        if (first != written.Task) Assert.Fail(((Task<Outcome>)first).Result.Error);
    }

    private static async Task<Outcome> RunAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandTree.RunAsync(arguments, new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = error });
        return new Outcome(code, output.ToString(), error.ToString());
    }

    private async Task<string> CommitAsync()
    {
        await GitAsync("add", "--all");
        await GitAsync("-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgSign=false", "commit", "--quiet", "-m", "Change");
        return (await GitAsync("rev-parse", "HEAD")).Trim();
    }

    private Task<string> GitAsync(params string[] arguments) => ProgramAsync("git", ["-C", _folder["repository"], .. arguments]);

    private Task<string> KubectlAsync(params string[] arguments) => ProgramAsync(Kubectl.Program!, arguments);

    private async Task<string> ProgramAsync(string program, string[] arguments)
    {
        var start = new System.Diagnostics.ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        (start.Environment["KUBECONFIG"], start.Environment["HOME"]) = (_folder["kubeconfig"], _folder["home"]);
        using var process = System.Diagnostics.Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output + await error;
    }
}
