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
    /// <summary>Runs <c>kubernetes [PODS [ROUNDS [PODS_FOR_BOTH]]]</c>: kubectl takes minutes and gigabytes for what the client is to hold, so that the two are compared over fewer pods; 0 for no comparison.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is ["client", var address]) return await ListAsync(address);
        var pods = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 100_000;
        var rounds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 5;
        var both = arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : Math.Min(pods, 20_000);
        using var server = new PodServer(pods);
        using var smaller = new PodServer(both);
        var kubectl = both == 0 ? null : Kubectl();
        var own = new Runs($"meshlift's client, {pods} pods", pods, Client(server), HasInside: true);
        var less = new Runs($"meshlift's client, {both} pods", both, Client(smaller), HasInside: true);
        var peer = new Runs($"kubectl get pods -A -o json, {both} pods", both, new TimedProgram("kubectl", kubectl, ["--server", Url(smaller), "--kubeconfig", "/dev/null", "get", "pods", "--all-namespaces", "--output", "json"], AppContext.BaseDirectory, () => { }), HasInside: false);
        Runs[] all = kubectl is null ? [own] : [own, less, peer];
        for (var round = -1; round < rounds; round++)
            foreach (var runs in all)
                await runs.AddAsync(isCounted: round >= 0);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"pods of {server.PodSize} bytes in pages of 500; {rounds} rounds in turn after one that is not counted; {Environment.ProcessorCount} processors, shared with the server; .NET {Environment.Version}; medians"));
        Console.WriteLine();
        Console.WriteLine("| program | s, whole process | s, the list alone | pods/s | MB resident, at most |");
        Console.WriteLine("|---|---:|---:|---:|---:|");
        foreach (var runs in all) runs.Print();
        if (kubectl is not null) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nmeshlift's client against kubectl, {both} pods: {less.Wall / peer.Wall:0.000} of its time, {(double)less.Memory / peer.Memory:0.000} of its memory"));
        return 0;
    }

    private static string Url(PodServer server) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{server.Port}/");

    private static TimedProgram Client(PodServer server) => new("the client", Path.Combine(AppContext.BaseDirectory, "Meshlift.Benchmarks"), ["kubernetes", "client", Url(server)], AppContext.BaseDirectory, () => { });

    /// <summary>The runs of one program.</summary>
    private sealed record Runs(string Name, int Pods, TimedProgram Program, bool HasInside)
    {
        private readonly List<(double Wall, double Inside, long Memory)> _all = [];

        public double Wall => TimedProgram.Median(_all.Select(run => run.Wall));

        public long Memory => _all.Max(run => run.Memory);

        public async Task AddAsync(bool isCounted)
        {
            using var output = new MemoryStream();
            var (wall, memory) = await Program.RunAsync(HasInside ? output : null);
            var inside = HasInside ? double.Parse(System.Text.Encoding.UTF8.GetString(output.ToArray()).Split(' ')[1], CultureInfo.InvariantCulture) : 0;
            if (isCounted) _all.Add((wall.TotalSeconds, inside, memory));
        }

        public void Print()
        {
            var inside = TimedProgram.Median(_all.Select(run => run.Inside));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {Name} | {Wall:0.00} | {(HasInside ? inside : Wall):0.00} | {Pods / (HasInside ? inside : Wall):0} | {Memory >> 20} |"));
        }
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

    private static string? Kubectl()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).ToList();
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent) folders.Add(Path.Combine(folder.FullName, "artifacts", "tools", "v33"));
        return folders.Select(folder => Path.Combine(folder, "kubectl")).FirstOrDefault(File.Exists);
    }
}
