using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Meshlift.Adapters.Kubernetes;
using Meshlift.Core.Kubernetes.Access;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Kubernetes.Requests;

namespace Meshlift.Benchmarks;

/// <summary>Lists all pods of one server by this client and by kubectl, in turn, each in a process of its own; prints a Markdown table.</summary>
internal static class KubernetesClients
{
    /// <summary>Runs <c>kubernetes [PODS [ROUNDS]]</c>.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is ["client", var address]) return await ListAsync(address);
        var pods = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 100_000;
        var rounds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 5;
        using var server = new PodServer(pods);
        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{server.Port}/");
        var own = new List<Run>();
        var peer = new List<Run>();
        var inside = new List<double>();
        for (var round = -1; round < rounds; round++)
        {
            var run = await MeasureAsync(Path.Combine(AppContext.BaseDirectory, "Meshlift.Benchmarks"), ["kubernetes", "client", url]);
            if (round >= 0)
            {
                own.Add(run);
                inside.Add(double.Parse(run.Output.Split(' ')[1], CultureInfo.InvariantCulture));
            }
            if (Kubectl() is not { } kubectl) continue;
            // Its bytes are counted and thrown away, so that no disk and no terminal is measured.
            var other = await MeasureAsync(kubectl, ["--server", url, "--kubeconfig", "/dev/null", "get", "pods", "--all-namespaces", "--output", "json"]);
            if (round >= 0) peer.Add(other);
        }
        Print(pods, server.PodSize, rounds, own, peer, inside);
        return 0;
    }

    private static async Task<int> ListAsync(string address)
    {
        var place = new KubeconfigPlace("benchmark", null);
        var clock = Stopwatch.GetTimestamp();
        using var client = new ClusterClient(new ClusterAccess("benchmark", new KubeCluster("benchmark", new Uri(address), place), new KubeUser("", place), "default"));
        // All that status keeps of a pod is kept here, too.
        var list = await client.ListAsync(ApiResources.Pods, new ListQuery(), PodItem.Reader(["sidecar.istio.io/status", "istio.io/rev"]), CancellationToken.None);
        var seconds = Stopwatch.GetElapsedTime(clock).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{list.Items.Count} {seconds:0.000}"));
        GC.KeepAlive(list);
        return 0;
    }

    private static async Task<Run> MeasureAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        var clock = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        long peak = 0;
        var head = "";
        var buffer = new byte[1 << 16];
        using var done = new CancellationTokenSource();
        var watch = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                peak = Math.Max(peak, PeakOf(process.Id));
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System).ConfigureAwait(false);
            }
        });
        while (await process.StandardOutput.BaseStream.ReadAsync(buffer) is var count and > 0)
            if (head.Length == 0) head = System.Text.Encoding.UTF8.GetString(buffer, 0, Math.Min(count, 100));
        await process.WaitForExitAsync();
        var wall = Stopwatch.GetElapsedTime(clock);
        await done.CancelAsync();
        await watch;
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await error}");
        return new Run(wall.TotalSeconds, peak / 1024.0, head.Trim());
    }

    // VmHWM is the largest resident size so far, so that the last look before the end sees it.
    private static long PeakOf(int process)
    {
        try
        {
            var status = File.ReadAllText($"/proc/{process}/status");
            return Regex.Match(status, @"VmHWM:\s+(?<kilobytes>\d+) kB", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)) is { Success: true } match ? long.Parse(match.Groups["kilobytes"].Value, CultureInfo.InvariantCulture) : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static void Print(int pods, int size, int rounds, List<Run> own, List<Run> peer, List<double> inside)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{pods} pods of {size} bytes in pages of 500; {rounds} rounds in turn; {Environment.ProcessorCount} processors, shared with the server; .NET {Environment.Version}; medians"));
        Console.WriteLine();
        Console.WriteLine("| program | s, whole process | pods/s | MB resident, at most | time against the first row |");
        Console.WriteLine("|---|---:|---:|---:|---:|");
        var baseline = Median(own.Select(run => run.Seconds));
        Row("meshlift's client, whole process", baseline, own.Max(run => run.Megabytes), baseline);
        Row("meshlift's client, the list alone", Median(inside), own.Max(run => run.Megabytes), baseline);
        if (peer.Count > 0) Row("kubectl get pods -A -o json", Median(peer.Select(run => run.Seconds)), peer.Max(run => run.Megabytes), baseline);

        void Row(string name, double seconds, double megabytes, double first) =>
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {seconds:0.00} | {pods / seconds:0} | {megabytes:0} | {seconds / first:0.00} |"));
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private static string? Kubectl()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).ToList();
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent) folders.Add(Path.Combine(folder.FullName, "artifacts", "tools", "v33"));
        return folders.Select(folder => Path.Combine(folder, "kubectl")).FirstOrDefault(File.Exists);
    }

    private sealed record Run(double Seconds, double Megabytes, string Output);
}
