using System.CommandLine;
using System.Globalization;
using System.Reflection;
using Meshlift.Adapters.Files;
using Meshlift.CommandLine.Output;
using Meshlift.CommandLine.Simulating;
using Meshlift.CommandLine.Usage;
using Meshlift.Core;
using Meshlift.Core.Configuration;
using Meshlift.Core.Simulating;
using Meshlift.Simulator.Clusters.Api;
using Meshlift.Simulator.Fleets;
using Meshlift.Simulator.Prometheus;

namespace Meshlift.CommandLine.Commands;

/// <summary><c>meshlift simulate</c>.</summary>
internal static class SimulateCommand
{
    private const string Details = """
        Serves clusters that are not there: API servers on the loopback address, with workloads that roll, pods that become ready or fail, proxies that are
        injected as the webhooks in the cluster say, a GitOps agent, and one Prometheus for all. kubectl, and whatever else speaks Kubernetes, can be pointed at
        them. All of it is in memory and ends with the program, and so does the kubeconfig.

        Ends with Ctrl-C, or after --for, with exit code 0.

        Examples:
          meshlift simulate --example > fleet.yaml
          meshlift simulate fleet.yaml --kubeconfig fleet.kubeconfig
          meshlift status --all-contexts --kubeconfig fleet.kubeconfig    in another terminal
        """;

    public static Command Create()
    {
        var file = new Argument<string?>("fleet") { Description = "The file that describes the fleet.", Arity = ArgumentArity.ZeroOrOne, HelpName = "FLEET.yaml" };
        var kubeconfig = new Option<string?>("--kubeconfig") { Description = "Where to write the kubeconfig, with a context for each cluster.", HelpName = "FILE" };
        var port = new Option<int>("--port") { Description = "The port on the loopback address. Default: one that is free.", HelpName = "NUMBER" };
        port.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (!int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 65_535)) result.AddError("--port takes a number up to 65535");
        });
        var length = new Option<string?>("--for") { Description = "Ends by itself after this long, such as 10m.", HelpName = "DURATION" };
        var example = new Option<bool>("--example") { Description = "Prints a fleet file and ends." };
        var output = SharedOptions.Output();
        var command = new DocumentedCommand("simulate", "Serves a fleet that a file describes, for trying things and for other tools' tests.", Details) { file, kubeconfig, port, length, example, output };
        command.Validators.Add(result =>
        {
            if (result.GetValue(example)) return;
            if (result.GetResult(file) is null or { Tokens.Count: 0 }) result.AddError("simulate needs a fleet file; 'meshlift simulate --example' prints one");
            else if (result.GetResult(kubeconfig) is null) result.AddError("simulate needs --kubeconfig FILE, the file by which the clusters are found");
        });
        command.SetAction(async (parse, cancel) =>
        {
            var writer = parse.InvocationConfiguration.Output;
            if (parse.GetValue(example))
            {
                writer.Write(Example());
                return (int)ExitCode.Done;
            }
            var limit = parse.GetValue(length) is { } text ? Duration.Parse(text) : Timeout.InfiniteTimeSpan;
            return await RunAsync(parse.GetValue(file)!, parse.GetValue(kubeconfig)!, parse.GetValue(port), limit, parse.GetValue(output), writer, parse.InvocationConfiguration.Error, cancel);
        });
        return command;
    }

    /// <summary>The text of a fleet file that shows what there is.</summary>
    internal static string Example()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("example-fleet.yaml")!);
        return reader.ReadToEnd();
    }

    private static async Task<int> RunAsync(string file, string kubeconfig, int port, TimeSpan limit, OutputFormat format, TextWriter output, TextWriter error, CancellationToken cancel)
    {
        if (!File.Exists(file)) throw new UserException(ErrorKind.Input, $"there is no file {file}", "'meshlift simulate --example' prints one");
        var spec = FleetFile.Read(BoundedFile.Read(file), file);
        SimulatedKubeconfig.RequireReplaceable(kubeconfig);
        var time = TimeProvider.System;
        using var over = new CancellationTokenSource(limit, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel, over.Token);
        using var line = new TerminalLine(error, ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected);
        line.Show($"starting {spec.Clusters.Length} clusters");
        try
        {
            await using var fleet = await SimulatedFleet.StartAsync(spec, FleetFolder.Sources(Path.GetDirectoryName(Path.GetFullPath(file))!, time, end.Token), time.GetUtcNow(), Tell, end.Token);
            await using var server = await ServeAsync(fleet, port);
            await using var prometheus = await PrometheusServer.StartAsync(fleet.Clusters, new PrometheusSettings { Time = fleet.Time, Plan = fleet.Metrics }, end.Token);
            await server.WriteKubeconfigAsync(kubeconfig, end.Token);
            try
            {
                line.Show("");
                SimulateOutput.Write(output, format, spec, fleet, Path.GetFullPath(kubeconfig), prometheus.Address);
                await fleet.RunAsync(Tell, end.Token);
            }
            finally
            {
                SimulatedKubeconfig.Remove(kubeconfig);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // That it ends is how it is meant to end.
        }
        return (int)ExitCode.Done;

        void Tell(string what)
        {
            line.Show("");
            error.WriteLine($"warning: {what}");
        }
    }

    private static async Task<ApiServer> ServeAsync(SimulatedFleet fleet, int port)
    {
        try
        {
            return await ApiServer.StartAsync(fleet.Clusters, new ApiServerSettings { Port = port });
        }
        catch (IOException e)
        {
            throw new UserException(ErrorKind.Environment, $"the port {port} of the loopback address cannot be had: {e.Message}", "name another one with --port, or none", e);
        }
    }
}
