using System.Globalization;
using System.Text;
using Meshlift.Adapters.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Meshlift.Tests.CommandLine;

/// <summary>Two runs at once: the second is refused, and told whom it waits for.</summary>
public sealed class ConcurrencyTests
{
    [Fact]
    public async Task A_second_run_that_writes_is_refused_while_the_first_reads_its_manifests()
    {
        using var workspace = await Workspace.CreateAsync(manifests: "pipe");
        await MakePipeAsync(workspace["pipe"]);
        using var first = MeshliftProcess.Start(workspace.Root, ["render", "1.30.3"]);
        // To open the pipe waits for its reader: the first run has the lock by then.
        await using var pipe = await OpenAsync(workspace["pipe"]);
        var second = await workspace.RunAsync("render", "1.30.3");
        AssertRefused(second, first.Id);
        await pipe.WriteAsync(Encoding.UTF8.GetBytes(Workspace.Stream("1.30.3")));
        pipe.Close();
        var outcome = await first.EndAsync();
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.True(File.Exists(workspace["clusters/testing/istio-system/inventory.yaml"]));
    }

    [Fact]
    public async Task A_second_run_that_commits_is_refused_while_the_first_does()
    {
        var asked = new TaskCompletionSource();
        var answered = new TaskCompletionSource();
        await using var server = await LoopbackServer.StartAsync(app => app.MapGet("/{version}.yaml", async (string version, HttpContext context) =>
        {
            asked.SetResult();
            await answered.Task.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync(Workspace.Stream(version));
        }));
        using var workspace = await Workspace.CreateAsync(manifests: $"{server.Address}${{version}}.yaml");
        using var first = MeshliftProcess.Start(workspace.Root, ["render", "1.30.3", "--commit"]);
        await asked.Task.WaitAsync(MeshliftProcess.Bound);
        AssertRefused(await workspace.RunAsync("render", "1.30.3", "--commit"), first.Id);
        answered.SetResult();
        var outcome = await first.EndAsync();
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Equal(1, await workspace.WorktreesAsync());
    }

    [Fact]
    public async Task A_dry_run_disturbs_nobody_and_nobody_disturbs_it()
    {
        using var workspace = await Workspace.CreateAsync(manifests: "pipe");
        await MakePipeAsync(workspace["pipe"]);
        using var first = MeshliftProcess.Start(workspace.Root, ["render", "1.30.3", "--dry-run"]);
        await using var pipe = await OpenAsync(workspace["pipe"]);
        workspace.Replace("meshlift.yaml", "manifests: pipe", "manifests: vendor/${version}/all.yaml");
        await workspace.RenderAsync("1.30.3");
        await pipe.WriteAsync(Encoding.UTF8.GetBytes(Workspace.Stream("1.30.3")));
        pipe.Close();
        Assert.Equal(0, (await first.EndAsync()).Code);
    }

    internal static async Task MakePipeAsync(string path) =>
        await new ExternalProgram("mkfifo", "install coreutils", TimeProvider.System).RunAsync(new ProgramCall("/", [path]), default);

    /// <summary>Opens a pipe for writing; done as soon as somebody has opened it for reading.</summary>
    internal static Task<FileStream> OpenAsync(string path) =>
        Task.Run(() => new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0)).WaitAsync(MeshliftProcess.Bound);

    private static void AssertRefused(Outcome outcome, int holder)
    {
        Workspace.AssertError(outcome, 4);
        Assert.Equal("", outcome.Output);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"error: another meshlift (pid {holder}, since "), outcome.Error, StringComparison.Ordinal);
        Assert.Contains("help: wait until it is done", outcome.Error, StringComparison.Ordinal);
    }
}
