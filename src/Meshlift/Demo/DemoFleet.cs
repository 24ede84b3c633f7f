using System.CommandLine;
using Meshlift.Adapters.Files;
using Meshlift.CommandLine.Simulating;
using Meshlift.Core.Simulating;
using Meshlift.Simulator.Clusters.Api;
using Meshlift.Simulator.Fleets;

namespace Meshlift.CommandLine.Demo;

/// <summary>The cluster of the demo, to which a GitOps agent delivers what the forge's main branch holds.</summary>
internal sealed class DemoFleet : IAsyncDisposable
{
    private readonly SimulatedFleet _fleet;
    private readonly ApiServer _server;
    private readonly string _kubeconfig;
    private readonly string _config;

    private DemoFleet(SimulatedFleet fleet, ApiServer server, string folder) =>
        (_fleet, _server, _kubeconfig, _config) = (fleet, server, Path.Combine(folder, "kubeconfig"), Path.Combine(folder, "platform", "meshlift.yaml"));

    /// <summary>Starts the cluster and lets it settle.</summary>
    /// <param name="folder">The folder of the demo; the file that describes the cluster is written into it.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<DemoFleet> StartAsync(string folder, CancellationToken cancel)
    {
        var (file, time) = (Path.Combine(folder, "fleet.yaml"), TimeProvider.System);
        var text = DemoRepository.Embedded("fleet.yaml");
        BoundedFile.Write(file, text);
        var fleet = await SimulatedFleet.StartAsync(FleetFile.Read(text.Span, file), FleetFolder.Sources(folder, time, cancel), time.GetUtcNow(), tell: null, cancel);
        try
        {
            var server = await ApiServer.StartAsync(fleet.Clusters, cancel: cancel);
            await server.WriteKubeconfigAsync(Path.Combine(folder, "kubeconfig"), cancel);
            return new DemoFleet(fleet, server, folder);
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    /// <summary>Delivers what was merged, and waits until the cluster has it.</summary>
    public Task SettleAsync(CancellationToken cancel) => _fleet.SettleAsync(tell: null, cancel);

    /// <summary>Runs a command while time passes in the cluster, a minute in a second.</summary>
    public async Task RunInTimeAsync(TextWriter output, CancellationToken cancel, params IReadOnlyList<string> arguments)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var time = _fleet.RunAsync(tell: null, stop.Token);
        try
        {
            await RunAsync(output, cancel, arguments);
        }
        finally
        {
            await stop.CancelAsync();
            await time.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <summary>Runs a command of the program against the cluster, in the checkout, and shows it.</summary>
    public async Task<int> RunAsync(TextWriter output, CancellationToken cancel, params IReadOnlyList<string> arguments)
    {
        output.WriteLine();
        output.WriteLine($"$ meshlift {string.Join(' ', arguments)}");
        string[] places = arguments[0] == "migrate" ? ["--config", _config] : ["--kubeconfig", _kubeconfig, "--config", _config];
        return await CommandTree.RunAsync([.. arguments, .. places], new InvocationConfiguration { Output = output, Error = output, EnableDefaultExceptionHandler = false }, cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _fleet.DisposeAsync();
        // It leads nowhere any more.
        SimulatedKubeconfig.Remove(_kubeconfig);
    }
}
