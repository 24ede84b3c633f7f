using System.Globalization;
using Meshlift.Adapters.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Meshlift.Tests.CommandLine;

/// <summary>Runs that end before they are done, politely or not: nothing is half-written, or the next run finishes it.</summary>
public sealed class InterruptTests
{
    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task An_interrupt_while_a_pipe_is_waited_for_changes_nothing(string signal)
    {
        using var workspace = await Workspace.CreateAsync(manifests: "pipe");
        await ConcurrencyTests.MakePipeAsync(workspace["pipe"]);
        var before = workspace.Snapshot("pipe");
        using var run = MeshliftProcess.Start(workspace.Root, ["render", "1.30.3"]);
        await using var pipe = await ConcurrencyTests.OpenAsync(workspace["pipe"]);
        await run.SignalAsync(signal);
        Assert.Equal(new Outcome(130, "", "interrupted; nothing is half-written\n"), await run.EndAsync());
        Assert.Equal(before, workspace.Snapshot("pipe"));
    }

    [Fact]
    public async Task An_interrupt_of_a_commit_leaves_no_branch_and_no_worktree()
    {
        await using var server = await SlowServer.StartAsync();
        using var workspace = await Workspace.CreateAsync(manifests: server.Manifests);
        var before = workspace.Snapshot();
        using var run = MeshliftProcess.Start(workspace.Root, ["render", "1.30.3", "--commit"]);
        await server.AskedAsync();
        await run.SignalAsync("INT");
        Assert.Equal(new Outcome(130, "", "interrupted; nothing is half-written\n"), await run.EndAsync());
        Assert.Equal(before, workspace.Snapshot());
        Assert.Equal(1, await workspace.WorktreesAsync());
    }

    [Fact]
    public async Task A_commit_that_is_killed_leaves_a_worktree_that_the_next_run_removes()
    {
        await using var server = await SlowServer.StartAsync();
        using var workspace = await Workspace.CreateAsync(manifests: server.Manifests);
        var before = WithoutWorktrees(workspace.Snapshot());
        using var run = MeshliftProcess.Start(workspace.Root, ["render", "1.30.3", "--commit"]);
        await server.AskedAsync();
        run.Kill();
        Assert.Equal(137, (await run.EndAsync()).Code);
        Assert.Equal(before, WithoutWorktrees(workspace.Snapshot()));
        Assert.Equal(2, await workspace.WorktreesAsync());
        server.Answer();
        Assert.Contains("committed to the new branch", await workspace.RenderAsync("1.30.3", "--commit"), StringComparison.Ordinal);
        Assert.Equal(1, await workspace.WorktreesAsync());
        Assert.Equal("", await workspace.GitAsync("status", "--porcelain"));
    }

    [StraceTheory]
    [InlineData("rename", 1, false)] // the journal is about to be there
    [InlineData("rename", 2, false)] // the first file
    [InlineData("rename", 7, false)] // meshlift.lock.yaml, the last one
    [InlineData("unlink", 2, false)] // the file that goes
    [InlineData("rmdir", 1, false)] // its folder
    [InlineData("unlink", 3, false)] // the journal
    [InlineData("rename", 1, true)]
    [InlineData("rename", 3, true)]
    [InlineData("rename", 5, true)]
    [InlineData("rename", 7, true)]
    public async Task A_run_that_is_killed_between_two_files_is_finished_by_the_next_one_also_when_that_wants_something_else(string call, int times, bool wantsElse)
    {
        using var workspace = await ChangedAsync();
        var expected = await ExpectedAsync(wantsElse);
        await KillAtAsync(workspace, call, times);
        Assert.NotEqual(expected, workspace.Files());
        if (wantsElse) ChangeMind(workspace);
        await workspace.RenderAsync("1.30.3");
        Assert.Equal(expected, workspace.Files());
        Assert.Empty(Directory.EnumerateFileSystemEntries(workspace.Root, "*meshlift-tmp", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateFileSystemEntries(workspace["clusters"], ".meshlift*", SearchOption.AllDirectories));
    }

    [StraceTheory]
    [InlineData(3, 1)] // before the second run has a journal of its own
    [InlineData(3, 3)]
    [InlineData(5, 2)]
    public async Task Two_runs_that_are_killed_are_finished_by_the_third(int first, int second)
    {
        using var workspace = await ChangedAsync();
        await KillAtAsync(workspace, "rename", first);
        ChangeMind(workspace);
        await KillAtAsync(workspace, "rename", second);
        workspace.Replace("vendor/1.30.3/all.yaml", "replicas: 3", "replicas: 4");
        await workspace.RenderAsync("1.30.3");
        var done = workspace.Files();
        using var straight = await ChangedAsync();
        ChangeMind(straight);
        straight.Replace("vendor/1.30.3/all.yaml", "replicas: 3", "replicas: 4");
        await straight.RenderAsync("1.30.3");
        Assert.Equal(straight.Files(), done);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(30)]
    [InlineData(60)]
    public async Task A_run_that_is_killed_at_any_moment_is_finished_by_the_next_one(int events)
    {
        using var workspace = await ChangedAsync();
        var expected = await ExpectedAsync();
        using var run = MeshliftProcess.Start(workspace.Root, ["render", "1.30.3"]);
        await KillAfterAsync(run, workspace["clusters"], events);
        await workspace.RenderAsync("1.30.3");
        Assert.Equal(expected, workspace.Files());
    }

    [Theory]
    [InlineData(10)]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(120)]
    public async Task A_commit_that_is_killed_at_any_moment_is_made_by_the_next_run(int events)
    {
        using var workspace = await Workspace.CreateAsync();
        var before = workspace.Files();
        using var run = MeshliftProcess.Start(workspace.Root, ["render", "1.30.3", "--commit"]);
        await KillAfterAsync(run, workspace[".git"], events);
        Assert.Equal("", await workspace.GitAsync("status", "--porcelain"));
        await workspace.RenderAsync("1.30.3", "--commit");
        Assert.Equal(before, workspace.Files());
        Assert.Equal(1, await workspace.WorktreesAsync());
        await workspace.RenderAsync("1.30.3");
        await workspace.GitAsync("add", "--all");
        Assert.Equal("", await workspace.GitAsync("diff", "--cached", "--stat", "meshlift/render/1.30.3/testing"));
    }

    [Fact]
    public async Task What_a_killed_run_has_left_is_not_seen_by_Git()
    {
        using var workspace = await Workspace.CreateAsync();
        await workspace.RenderAsync("1.30.3");
        await workspace.CommitAllAsync("Render");
        workspace.Write("clusters/testing/istio-system/.meshlift.staging/.gitignore", "*\n");
        workspace.Write("clusters/testing/istio-system/.meshlift.staging/journal", "inventory.yaml\n");
        workspace.Write("clusters/testing/istio-system/.meshlift.staging/0", "half");
        Assert.Equal("", await workspace.GitAsync("status", "--porcelain"));
        await workspace.RenderAsync("1.30.3");
        Assert.False(Directory.Exists(workspace["clusters/testing/istio-system/.meshlift.staging"]));
    }

    [Fact]
    public async Task A_reader_that_has_gone_is_no_reason_to_stop_or_to_complain()
    {
        using var workspace = await Workspace.CreateAsync();
        var shell = new ExternalProgram("sh", "install a shell", TimeProvider.System);
        var ran = await shell.RunAsync(
            new ProgramCall(workspace.Root, ["-c", "{ \"$@\"; echo $? > ../code; } | head -n 1", "sh", "dotnet", "exec", MeshliftProcess.Program, "render", "1.30.3", "--verbose"]), default);
        Assert.Equal(("Istio 1.30.3 as revision 1-30-3, from vendor/1.30.3/all.yaml\n", ""), (ran.OutputText, ran.ErrorText));
        ran = await shell.RunAsync(
            new ProgramCall(workspace.Root, ["-c", "{ \"$@\"; echo $? > ../code; } | true", "sh", "dotnet", "exec", MeshliftProcess.Program, "render", "1.30.3", "--verbose"]), default);
        Assert.Equal(("0\n", ""), (await File.ReadAllTextAsync(workspace["../code"]), ran.ErrorText));
        Assert.Contains("nothing changes", await workspace.RenderAsync("1.30.3"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_output_that_cannot_be_written_is_told_without_a_stack_trace()
    {
        using var workspace = await Workspace.CreateAsync();
        var ran = await new ExternalProgram("sh", "install a shell", TimeProvider.System).RunAsync(
            new ProgramCall(workspace.Root, ["-c", "\"$@\" > /dev/full", "sh", "dotnet", "exec", MeshliftProcess.Program, "render", "1.30.3"]), default);
        Workspace.AssertError(new Outcome(ran.ExitCode, "", ran.ErrorText + "\n"), 3);
        Assert.Contains("No space left on device", ran.ErrorText, StringComparison.Ordinal);
    }

    // What Git notes about a worktree; it goes with the worktree.
    private static string WithoutWorktrees(string snapshot) => string.Join('\n', snapshot.Split('\n').Where(line => !line.StartsWith(".git/worktrees/", StringComparison.Ordinal)));

    /// <summary>A workspace where 1.30.3 is rendered, and would now be rendered with changed, added and removed resources.</summary>
    private static async Task<Workspace> ChangedAsync()
    {
        var workspace = await Workspace.CreateAsync();
        await workspace.RenderAsync("1.30.3");
        workspace.Replace("vendor/1.30.3/all.yaml", "replicas: 1", "replicas: 2");
        workspace.Replace("vendor/1.30.3/all.yaml", "kind: ConfigMap", "kind: Secret");
        return workspace;
    }

    /// <summary>Renders in a process that is killed when it makes a system call for the n-th time.</summary>
    private static async Task KillAtAsync(Workspace workspace, string call, int times)
    {
        var outcome = await MeshliftProcess.RunAsync(
            workspace.Root, ["render", "1.30.3"],
            // The runtime would remove its pipes for debuggers, too.
            variables: [("DOTNET_EnableDiagnostics", "0")],
            through: ["strace", "--follow-forks", "--quiet=all", "--output=/dev/null", $"--trace={call}", string.Create(CultureInfo.InvariantCulture, $"--inject={call}:signal=SIGKILL:when={times}")]);
        Assert.Equal((137, ""), (outcome.Code, outcome.Output));
    }

    private static void ChangeMind(Workspace workspace)
    {
        workspace.Replace("vendor/1.30.3/all.yaml", "replicas: 2", "replicas: 3");
        workspace.Replace("vendor/1.30.3/all.yaml", "kind: Secret", "kind: ConfigMap");
    }

    private static async Task<string> ExpectedAsync(bool wantsElse = false)
    {
        using var workspace = await ChangedAsync();
        if (wantsElse) ChangeMind(workspace);
        await workspace.RenderAsync("1.30.3");
        return workspace.Files();
    }

    /// <summary>Kills a run as soon as so many things have happened in a folder, or lets it end.</summary>
    private static async Task KillAfterAsync(MeshliftProcess run, string folder, int events)
    {
        var enough = new TaskCompletionSource();
        var left = events;
        using var watcher = new FileSystemWatcher(folder) { IncludeSubdirectories = true };
        FileSystemEventHandler count = (_, _) =>
        {
            if (Interlocked.Decrement(ref left) == 0) enough.TrySetResult();
        };
        watcher.Created += count;
        watcher.Changed += count;
        watcher.Deleted += count;
        watcher.Renamed += (sender, e) => count(sender, e);
        watcher.EnableRaisingEvents = true;
        await Task.WhenAny(enough.Task, run.EndAsync());
        run.Kill();
        await run.EndAsync();
    }

    /// <summary>A server that keeps the first request waiting until it is told to answer.</summary>
    private sealed class SlowServer : IAsyncDisposable
    {
        private readonly TaskCompletionSource _asked = new();
        private readonly TaskCompletionSource _answer = new();
        private LoopbackServer? _server;

        public string Manifests => $"{_server!.Address}${{version}}.yaml";

        public static async Task<SlowServer> StartAsync()
        {
            var slow = new SlowServer();
            slow._server = await LoopbackServer.StartAsync(app => app.MapGet("/{version}.yaml", async (string version, HttpContext context) =>
            {
                slow._asked.TrySetResult();
                await slow._answer.Task.WaitAsync(context.RequestAborted);
                await context.Response.WriteAsync(Workspace.Stream(version));
            }));
            return slow;
        }

        public Task AskedAsync() => _asked.Task.WaitAsync(MeshliftProcess.Bound);

        public void Answer() => _answer.TrySetResult();

        public ValueTask DisposeAsync() => _server!.DisposeAsync();
    }
}

/// <summary>A test that kills the program at an exact system call; skipped, and said so, where strace is missing or may not trace.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class StraceTheoryAttribute : TheoryAttribute
{
    private static readonly Lazy<string?> Reason = new(() =>
    {
        try
        {
            var ran = new ExternalProgram("strace", "install strace", TimeProvider.System).RunAsync(new ProgramCall("/", ["--follow-forks", "--output=/dev/null", "true"]), default).GetAwaiter().GetResult();
            return ran.ExitCode == 0 ? null : $"strace cannot trace here: {ran.ErrorText.Split('\n')[0]}";
        }
        catch (Meshlift.Core.UserException e)
        {
            return $"{e.Message}; the moments between two renames are not tested";
        }
    });

    public StraceTheoryAttribute() => Skip = Reason.Value;
}
