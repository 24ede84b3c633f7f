using BenchmarkDotNet.Running;
using Meshlift.Benchmarks;

// "check" times checks of many manifests, "fleet" times status over a simulated fleet, "processes" and "kubernetes" time whole programs against each other; everything else is BenchmarkDotNet's.
if (args is ["processes", ..]) return await WholeProcesses.RunAsync(args[1..]);
if (args is ["check", ..]) return await ManyManifests.RunAsync(args[1..]);
if (args is ["kubernetes", ..]) return await KubernetesClients.RunAsync(args[1..]);
if (args is ["fleet", ..]) return await Fleets.RunAsync(args[1..]);
if (args is ["manifests", var folder, var count])
{
    GeneratedManifests.Write(Directory.CreateDirectory(folder).FullName, int.Parse(count, System.Globalization.CultureInfo.InvariantCulture));
    return 0;
}
BenchmarkSwitcher.FromAssembly(typeof(PipelineBenchmark).Assembly).Run(args);
return 0;
