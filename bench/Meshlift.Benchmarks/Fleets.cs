using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Meshlift.Adapters.Kubernetes;
using Meshlift.Adapters.Kubernetes.Access;
using Meshlift.Engine.Observing;

namespace Meshlift.Benchmarks;

/// <summary><c>meshlift status</c> over a simulated fleet: the first look, and one change by watch. Prints Markdown tables.</summary>
internal static class Fleets
{
    private static readonly string Self = Path.Combine(AppContext.BaseDirectory, "Meshlift.Benchmarks");

    // Longer than changes are collected, so that each comes alone.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(400);

    /// <summary>Runs <c>fleet [CLUSTERS [PODS [CHANGES]]]</c>.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is ["servers", var some, var many, var file]) return await FleetServers.RunAsync(Number(some), Number(many), file);
        if (arguments is ["follow", var config]) return await FollowAsync(config);
        var clusters = arguments.Length > 0 ? Number(arguments[0]) : 100;
        var pods = arguments.Length > 1 ? Number(arguments[1]) : 200_000;
        var changes = arguments.Length > 2 ? Number(arguments[2]) : 100;
        var folder = Directory.CreateTempSubdirectory("meshlift-fleet");
        try
        {
            var kubeconfig = Path.Combine(folder.FullName, "kubeconfig");
            using var servers = Start(["fleet", "servers", clusters.ToString(CultureInfo.InvariantCulture), pods.ToString(CultureInfo.InvariantCulture), kubeconfig]);
            var clock = Stopwatch.GetTimestamp();
            await LineAsync(servers);
            var loading = Stopwatch.GetElapsedTime(clock);
            var status = await StatusAsync(kubeconfig);
            using var follower = Start(["fleet", "follow", kubeconfig]);
            var first = (await LineAsync(follower)).Split(' ');
            var latencies = new List<double>();
            for (var i = 0; i < changes; i++)
            {
                await Task.Delay(Quiet, TimeProvider.System);
                await servers.StandardInput.WriteLineAsync();
                var told = LineAsync(follower);
                var changed = long.Parse(await LineAsync(servers), CultureInfo.InvariantCulture);
                latencies.Add(Stopwatch.GetElapsedTime(changed, long.Parse(await told, CultureInfo.InvariantCulture)).TotalMilliseconds);
            }
            var (cpu, memory) = Cost(follower.Id);
            follower.Kill();
            servers.StandardInput.Close();
            latencies.Sort();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clusters} clusters, {pods} pods in all, over TLS, from one process of simulated API servers, loaded in {loading.TotalSeconds:0} s; {Environment.ProcessorCount} processors, shared with it; .NET {Environment.Version}"));
            Console.WriteLine();
            Console.WriteLine("| what | s | s of processor | MB resident, at most |");
            Console.WriteLine("|---|---:|---:|---:|");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| meshlift status --all-contexts, whole process | {status.Wall.TotalSeconds:0.0} | {status.Cpu.TotalSeconds:0.0} | {status.Memory >> 20} |"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| following, until every cluster is known | {first[0]} | {first[1]} | {first[2]} |"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| following, with {changes} changes | | {cpu.TotalSeconds:0.0} | {memory >> 20} |"));
            Console.WriteLine();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"One change, from before the write in the server to the new status: median {latencies[latencies.Count / 2]:0.0} ms, 99 of 100 {latencies[(int)Math.Ceiling(latencies.Count * 0.99) - 1]:0.0} ms, longest {latencies[^1]:0.0} ms; 10 ms of it are waited for more changes."));
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<int> FollowAsync(string kubeconfig)
    {
        var clock = Stopwatch.GetTimestamp();
        var config = KubeconfigFiles.Read(kubeconfig, new Dictionary<string, string>(StringComparer.Ordinal));
        ImmutableArray<ClusterTarget> targets = [.. config.Contexts.Keys.Select(context => new ClusterTarget(context, config.Select(context), null))];
        var known = new HashSet<int>();
        await foreach (var (index, cluster) in new FleetFollower(new ClientSettings(), TimeSpan.FromMinutes(2)).FollowAsync(targets, CancellationToken.None))
        {
            var now = Stopwatch.GetTimestamp();
            if (cluster.Problem is not null) throw cluster.Problem;
            if (known.Count == targets.Length) Console.WriteLine(now.ToString(CultureInfo.InvariantCulture));
            else if (known.Add(index) && known.Count == targets.Length)
            {
                var (cpu, memory) = Cost(Environment.ProcessId);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(clock).TotalSeconds:0.0} {cpu.TotalSeconds:0.0} {memory >> 20}"));
            }
        }
        return 0;
    }

    private static async Task<(TimeSpan Wall, TimeSpan Cpu, long Memory)> StatusAsync(string kubeconfig)
    {
        var clock = Stopwatch.GetTimestamp();
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "meshlift"), ["status", "--all-contexts", "--kubeconfig", kubeconfig, "--timeout", "120"]) { UseShellExecute = false, RedirectStandardOutput = true, WorkingDirectory = Path.GetDirectoryName(kubeconfig) };
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEndAsync();
        var cost = (Cpu: TimeSpan.Zero, Memory: 0L);
        while (!text.IsCompleted)
        {
            await Task.WhenAny(text, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System));
            if (Cost(process.Id) is { Memory: > 0 } now) cost = now;
        }
        await process.WaitForExitAsync();
        var wall = Stopwatch.GetElapsedTime(clock);
        if (process.ExitCode != 0) throw new InvalidOperationException($"status ended with {process.ExitCode}");
        await Console.Error.WriteLineAsync((await text).Split('\n')[^2]);
        return (wall, cost.Cpu, cost.Memory);
    }

    /// <summary>What a process has cost so far (Linux): time of processors, and the most memory. Zero when it is gone.</summary>
    private static (TimeSpan Cpu, long Memory) Cost(int process)
    {
        try
        {
            var memory = File.ReadAllLines($"/proc/{process}/status").FirstOrDefault(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
            using var running = Process.GetProcessById(process);
            return memory is null ? default : (running.TotalProcessorTime, long.Parse(memory.AsSpan(6).Trim("\t kB"), CultureInfo.InvariantCulture) << 10);
        }
        catch (Exception e) when (e is IOException or ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return default;
        }
    }

    private static Process Start(string[] arguments) => Process.Start(new ProcessStartInfo(Self, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;

    private static async Task<string> LineAsync(Process process) => await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the process has ended");

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
