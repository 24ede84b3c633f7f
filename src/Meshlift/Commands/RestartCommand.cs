using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Meshlift.Adapters.Kubernetes;
using Meshlift.CommandLine.Output;
using Meshlift.CommandLine.Usage;
using Meshlift.Core;
using Meshlift.Core.Configuration;
using Meshlift.Core.Findings;
using Meshlift.Core.Restarting;
using Meshlift.Engine.Observing;
using Meshlift.Engine.Rendering;
using Meshlift.Engine.Restarting;

namespace Meshlift.CommandLine.Commands;

/// <summary><c>meshlift restart</c>.</summary>
internal static class RestartCommand
{
    private const string Details = """
        Rolls every workload whose proxy is not the one that it would get now, a few at a time, in the order of waves, namespaces and names. Each is followed until
        all its pods are new and ready and have the proxies that are expected. The first that fails stops all that have not begun; what rolls is let come to
        its end. Run again, it goes on with what is still stale: what rolls already is followed, not restarted again.

        SUBJECT is NAME or KIND/NAME of a workload, such as deployment/web. One that is named is also restarted to get a proxy that it misses, or to lose one.

        Off until spec.dataPlane.restart of meshlift.yaml says 'mode: cluster', or --mode cluster does: it is the one thing that is written to a cluster directly.
        Several clusters come one after the other, in the order of their environments.

        Exit code 4 when a workload failed, was held, was not started, or must not be restarted as things stand.

        Examples:
          meshlift restart --dry-run                what would be restarted, in which order, and how long it may take
          meshlift restart --wave canary            one wave
          meshlift restart deployment/web -n shop   one workload
          meshlift restart --yes --output json      for scripts
        """;

    public static Command Create()
    {
        var kube = new KubeOptions();
        var subjects = new Argument<string[]>("subjects") { Description = "Only these workloads. Default: all.", HelpName = "SUBJECT", Arity = ArgumentArity.ZeroOrMore };
        var space = new Option<string[]>("--namespace", "-n") { Description = "Only those of this namespace; may be given several times.", HelpName = "NAME", AllowMultipleArgumentsPerToken = false };
        var wave = new Option<string?>("--wave") { Description = "Only those of this wave of spec.dataPlane.waves.", HelpName = "NAME" };
        var mode = new Option<string?>("--mode") { Description = "cluster: restart them in the cluster. Default: as meshlift.yaml says.", HelpName = "MODE" };
        mode.AcceptOnlyFromAmong("cluster");
        var parallelism = new Option<int?>("--parallelism") { Description = "How many at once. Default: as meshlift.yaml says, else 3.", HelpName = "NUMBER" };
        parallelism.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (!int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)) result.AddError("--parallelism takes a number from 1");
        });
        var timeout = new Option<string?>("--timeout") { Description = "How long one may take, such as 20m. Default: as meshlift.yaml says, else 15m.", HelpName = "DURATION" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only show what would be restarted." };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask." };
        var output = SharedOptions.Output();
        var command = new DocumentedCommand("restart", "Rolls the workloads whose proxy is not the expected one, a few at a time, until the first failure.", Details) { subjects, space, wave, mode, parallelism, timeout, dryRun, yes, output };
        subjects.RefuseOptions(command);
        kube.AddTo(command);
        command.SetAction(async (parse, cancel) =>
        {
            var dataPlane = File.Exists(kube.ConfigOf(parse)) ? MeshFolder.Read(kube.ConfigOf(parse), kube.ConfigOf(parse)).Mesh.Spec.DataPlane : null;
            var configured = dataPlane?.Restart;
            if (!parse.GetValue(dryRun)) RequireAllowed(parse.GetValue(mode) is null ? configured?.Mode ?? RestartMode.Off : RestartMode.Cluster);
            var settings = new RestartSettings(
                parse.GetValue(parallelism) ?? configured?.Parallelism ?? 3, parse.GetValue(timeout) is { } text ? TimeoutOf(text) : configured?.Timeout ?? TimeSpan.FromMinutes(15), configured?.RespectBudgets ?? true);
            var waves = new WaveOrder(dataPlane?.Waves ?? [new WaveSpec("all", null, null)]);
            if (parse.GetValue(wave) is { } named && !waves.Names.Contains(named, StringComparer.Ordinal)) throw new UserException(ErrorKind.Input, $"there is no wave '{named}'", $"spec.dataPlane.waves has: {string.Join(", ", waves.Names)}");
            var selection = new RestartSelection([.. parse.GetValue(subjects) ?? []], [.. parse.GetValue(space) ?? []], parse.GetValue(wave));
            var invocation = parse.InvocationConfiguration;
            var run = new RestartRun(kube.Targets(parse), settings, waves, selection, TimeProvider.System);
            return (int)await run.RunAsync(parse.GetValue(dryRun), parse.GetValue(yes), parse.GetValue(output), invocation.Output, invocation.Error, cancel);
        });
        return command;
    }

    private static void RequireAllowed(RestartMode mode)
    {
        if (mode == RestartMode.Git) throw new UserException(ErrorKind.Refused, "spec.dataPlane.restart says 'mode: git', which no command carries out yet", "let --mode cluster restart them in the cluster");
        if (mode == RestartMode.Off) throw new UserException(ErrorKind.Refused, "restarts are off, since they are written to the cluster directly", "say 'restart: { mode: cluster }' in spec.dataPlane of meshlift.yaml, or --mode cluster; --dry-run only looks");
    }

    private static TimeSpan TimeoutOf(string text) => Duration.Parse(text) is var length && length > TimeSpan.Zero ? length : throw new UserException(ErrorKind.Input, "--timeout must be longer than 0s", "the usual one is 15m");
}

/// <summary>One run of <c>meshlift restart</c>.</summary>
/// <param name="targets">The clusters, in order.</param>
/// <param name="settings">How it is done.</param>
/// <param name="waves">The waves.</param>
/// <param name="selection">What is meant.</param>
/// <param name="time">The clock.</param>
internal sealed class RestartRun(ImmutableArray<ClusterTarget> targets, RestartSettings settings, WaveOrder waves, RestartSelection selection, TimeProvider time)
{
    /// <summary>Plans, asks, and does.</summary>
    public async Task<ExitCode> RunAsync(bool isDry, bool isSure, OutputFormat format, TextWriter output, TextWriter error, CancellationToken cancel)
    {
        var clients = new List<ClusterClient>();
        try
        {
            var plans = ImmutableArray.CreateBuilder<ClusterRestartPlan>();
            foreach (var target in targets)
            {
                // An order of clusters in which one is not known is none.
                var client = new ClusterClient(target.Access ?? throw target.Problem!, new ClientSettings());
                clients.Add(client);
                var (status, scene) = await new RestartSurvey(client).ReadAsync(target.Name, settings.RespectsBudgets, cancel);
                plans.Add(new ClusterRestartPlan(target.Name, RestartPlan.Of(status, scene, waves, selection, time.GetUtcNow() - settings.Timeout)));
            }
            return await CarryOutAsync(plans.ToImmutable(), clients, isDry, isSure, format, output, error, cancel);
        }
        finally
        {
            foreach (var client in clients) client.Dispose();
        }
    }

    private async Task<ExitCode> CarryOutAsync(ImmutableArray<ClusterRestartPlan> plans, List<ClusterClient> clients, bool isDry, bool isSure, OutputFormat format, TextWriter output, TextWriter error, CancellationToken cancel)
    {
        var view = ViewOf(format, plans, output);
        view.Plan();
        var count = plans.Sum(plan => plan.Restarts.Count(one => one.IsRestart));
        if (!selection.Subjects.IsEmpty && plans.All(plan => plan.Restarts.IsEmpty))
            throw new UserException(ErrorKind.Input, $"there is no workload {string.Join(", ", selection.Subjects)}", "name it as 'meshlift status --workloads' does, with -n NAMESPACE");
        if (isDry) return ExitCode.Done;
        if (count > 0 && !isSure && !Confirm(count, error)) throw new UserException(ErrorKind.Refused, "nothing was restarted: nobody said yes", "answer y, or say --yes where nobody can be asked");
        var reports = new List<RestartReport>();
        for (var i = 0; i < plans.Length && !reports.Exists(report => report.Results.Any(result => result.Outcome is RestartOutcome.Failed or RestartOutcome.NotStarted)); i++)
        {
            if (!plans[i].Restarts.Any(one => one.IsRestart)) continue;
            var restart = new ClusterRestart(clients[i], plans[i].Cluster, settings, new ClientSettings { Time = time }, view.Tell);
            try
            {
                reports.Add(await restart.RunAsync(plans[i].Restarts, cancel));
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                view.End([.. reports, restart.Report()], isInterrupted: true);
                return ExitCode.Interrupted;
            }
            catch
            {
                view.End([.. reports, restart.Report()], isInterrupted: false);
                throw;
            }
        }
        view.End([.. reports], isInterrupted: false);
        var isDone = reports.TrueForAll(report => report.IsDone) && reports.Count == plans.Count(plan => plan.Restarts.Any(one => one.IsRestart));
        return isDone && !plans.Any(plan => plan.Restarts.Any(one => one.Standing == RestartStanding.Refused)) ? ExitCode.Done : ExitCode.Refused;
    }

    // Standard output may be JSON.
    private static bool Confirm(int count, TextWriter output)
    {
        if (Console.IsInputRedirected) return false;
        output.Write($"Restart {Counted.Of(count, "workload")}? [y/N] ");
        output.Flush();
        return Console.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    private IRestartView ViewOf(OutputFormat format, ImmutableArray<ClusterRestartPlan> plans, TextWriter output)
    {
        if (format == OutputFormat.Json) return new RestartJsonLines(output, plans);
        var lines = new RestartLines(output, plans, settings.Parallelism);
        // A writer that is not the console's own is a file or a test; a terminal that does not tell its size says 0.
        return !Console.IsOutputRedirected && output is StreamWriter && Console.WindowWidth > 0 ? new RestartScreen(output, () => Console.WindowWidth, lines, plans, settings.Parallelism) : lines;
    }
}
