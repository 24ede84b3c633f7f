using System.Diagnostics;
using System.Globalization;
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
        List<(TimeSpan Wall, long Memory)> own = [], peer = [];
        var inside = new List<double>();
        var client = new TimedProgram("the client", Path.Combine(AppContext.BaseDirectory, "Meshlift.Benchmarks"), ["kubernetes", "client", url], AppContext.BaseDirectory, () => { });
        var kubectl = client with { Name = "kubectl", Program = Kubectl(), Arguments = ["--server", url, "--kubeconfig", "/dev/null", "get", "pods", "--all-namespaces", "--output", "json"] };
        for (var round = -1; round < rounds; round++)
        {
            using var output = new MemoryStream();
            var run = await client.RunAsync(output);
            if (round >= 0)
            {
                own.Add(run);
                inside.Add(double.Parse(System.Text.Encoding.UTF8.GetString(output.ToArray()).Split(' ')[1], CultureInfo.InvariantCulture));
            }
            if (kubectl.Program is null) continue;
            var other = await kubectl.RunAsync();
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

    private static void Print(int pods, int size, int rounds, List<(TimeSpan Wall, long Memory)> own, List<(TimeSpan Wall, long Memory)> peer, List<double> inside)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{pods} pods of {size} bytes in pages of 500; {rounds} rounds in turn; {Environment.ProcessorCount} processors, shared with the server; .NET {Environment.Version}; medians"));
        Console.WriteLine();
        Console.WriteLine("| program | s, whole process | pods/s | MB resident, at most | time against the first row |");
        Console.WriteLine("|---|---:|---:|---:|---:|");
        var baseline = TimedProgram.Median(own.Select(run => run.Wall.TotalSeconds));
        Row("meshlift's client, whole process", baseline, own.Max(run => run.Memory), baseline);
        Row("meshlift's client, the list alone", TimedProgram.Median(inside), own.Max(run => run.Memory), baseline);
        if (peer.Count > 0) Row("kubectl get pods -A -o json", TimedProgram.Median(peer.Select(run => run.Wall.TotalSeconds)), peer.Max(run => run.Memory), baseline);

        void Row(string name, double seconds, long memory, double first) =>
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {seconds:0.00} | {pods / seconds:0} | {memory >> 20} | {seconds / first:0.00} |"));
    }

    private static string? Kubectl()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).ToList();
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent) folders.Add(Path.Combine(folder.FullName, "artifacts", "tools", "v33"));
        return folders.Select(folder => Path.Combine(folder, "kubectl")).FirstOrDefault(File.Exists);
    }
}
