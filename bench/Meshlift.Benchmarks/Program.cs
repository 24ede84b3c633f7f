using BenchmarkDotNet.Running;
using Meshlift.Benchmarks;

// "processes" times whole programs against each other; everything else is BenchmarkDotNet's.
if (args is ["processes", ..]) return await WholeProcesses.RunAsync(args[1..]);
BenchmarkSwitcher.FromAssembly(typeof(PipelineBenchmark).Assembly).Run(args);
return 0;
