using System.CommandLine;
using System.Text;
using Meshlift.CommandLine;
using Meshlift.CommandLine.Commands;

// Pipes and files get UTF-8 without a byte order mark, whatever the terminal's settings are.
Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
using var output = new StreamWriter(Console.OpenStandardOutput(), Console.OutputEncoding) { AutoFlush = true };
using var interrupt = new Interrupt();
var settings = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = output, Error = Console.Error };
// Before anything else, so that it is done when it is needed.
if (args is ["render", ..]) Warmup.Start();
return await CommandTree.RunAsync(args, settings, interrupt.Token);
