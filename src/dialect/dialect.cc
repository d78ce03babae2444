#include "dialect/dialect.h"

namespace parley::dialect {

CloseWords Dialect::close_words(const hub::Disconnect& disconnect) const {
  if (disconnect.code != 0) return {disconnect.code, disconnect.text};
  const ErrorInfo& info = error_info(disconnect.reason);
  return {info.close_code, std::string(info.name)};
}

}  // namespace parley::dialect
