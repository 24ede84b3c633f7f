using BenchmarkDotNet.Running;
using Meshlift.Benchmarks;

// "processes" and "kubernetes" time whole programs against each other; everything else is BenchmarkDotNet's.
if (args is ["processes", ..]) return await WholeProcesses.RunAsync(args[1..]);
if (args is ["kubernetes", ..]) return await KubernetesClients.RunAsync(args[1..]);
BenchmarkSwitcher.FromAssembly(typeof(PipelineBenchmark).Assembly).Run(args);
return 0;
